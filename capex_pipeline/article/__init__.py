"""Reads figures in the text of an article: characters, tokens, quantities, periods, and rules that assign a quantity to company and metric.

Add a rule here when it is about how prose says something. The lexicon of numbers and currencies belongs to `values.words`, words about
metrics and companies to `reference`, the file of an article to `sources.article`.
"""
