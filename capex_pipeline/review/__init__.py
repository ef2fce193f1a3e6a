"""Reviews: the YAML file beside an article's text in which a person corrects what the machine drafted.

Add here what drafts, checks, shows or changes such a file. Reading of prose belongs to `article`, reading of the finished file to
`sources.figure_yaml`, the command to `cli.review`.
"""
