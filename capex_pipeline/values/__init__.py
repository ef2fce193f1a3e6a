"""The notation of single values: numbers, units, currencies, periods, fiscal calendars and rounding.

Add a word or a rule of notation here; cells and prose read with the same grammar. Functions take one text or a
column of texts. Judgements about figures belong to `normalise`.
"""
