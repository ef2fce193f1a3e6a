"""Article text to figures: characters, tokens, quantities, periods, and the rules that tie a quantity to a company and a metric.

Add a rule here when it is about how prose says something. The lexicon of numbers and currencies belongs to `values.words`, words about
metrics and companies to `reference`, the file of an article to `sources.article`.
"""
