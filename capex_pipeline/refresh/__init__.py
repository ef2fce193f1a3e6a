"""Asking the SEC and the European Central Bank for what is new, and archiving the answers below raw/.

Requests, the decision whether an answer is new and whole, and writing to the archive belong here. The meaning of a fact belongs to
`sources`. Nothing runs by itself: an operator switches the asset on, or a person runs `capex-pipeline refresh`. Importing this package does
not load the HTTP library.
"""
