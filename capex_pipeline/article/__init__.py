"""Article text to figures: characters, tokens, quantities, periods, and the binder that ties them to companies and metrics.

Belongs here: reading prose. Does not belong here: raw files and their archive (`archive`, `sources`), values of printed rows (`normalise`).
The layers, each a module that knows only those before it: markup, characters, tokens, sentences; amounts, quantities; periods,
period_reading; vocabulary, scene, growth, shares, governing, statements, period_choice, owners, apposition, binder; draft, review_file,
highlight.
"""
