"""The folder raw/: which files exist, bounded reading of untrusted bytes, sidecars, and the shape of printed rows.

Add a function here when every reader needs it. Readers of one kind of file belong to `sources`.
"""
