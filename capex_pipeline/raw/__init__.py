"""Reads the folder raw/: list of files, reading of untrusted bytes within limits, sidecars, and the columns of printed rows.

Add a function here when every reader needs it. Readers of one kind of file belong to `sources`.
"""
