"""Drafts, checks and shows reviews: the YAML file beside a text in which a person corrects the machine's draft.

Add here what drafts, checks, shows or changes such a file. Reading of prose belongs to `article`, reading of the finished file to
`sources.figure_yaml`, the command to `cli.review`.
"""
