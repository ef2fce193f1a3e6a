"""Everything of Dagster: assets and their factory, asset checks, jobs, schedules, sensors, resources, pages and alerts.

Add a definition here when an operator sees or starts it. Arithmetic belongs to the rooms below; an asset only names its inputs and the
function that computes it.
"""
