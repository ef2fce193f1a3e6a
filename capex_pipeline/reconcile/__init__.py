"""Claims against evidence, quarters against printed totals, and coverage: what is reported, missing or in conflict.

Add a judgement between tables here. Resolving single figures belongs to `normalise`, tolerances and exceptions with their reasons to
`reference`.
"""
