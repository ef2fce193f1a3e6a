"""Live refresh: asks the SEC and the European Central Bank for what is new and puts it under raw/.

What belongs here: requests, the decision whether an answer is new and whole, and writing it to the archive. What does not:
the meaning of a fact (`sources`), Dagster (`assets.refresh`), and the reading of raw/ (`ingest`). Nothing here runs by
itself: an operator switches the asset on, or a person types `capex-pipeline refresh`. Importing this package
does not load the HTTP library.
"""
