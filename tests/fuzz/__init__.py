"""Fuzzing of the readers of untrusted documents: ``python -m tests.fuzz text --seconds 60``.

Coverage guides it where atheris is installed (a package for CPython on Linux and macOS that no test needs); else inputs are made by chance
from the same examples.
"""
