"""Measurements of speed and memory: `make bench`, or `python -m benchmarks`.

Add one module for each thing that is measured; it returns rows of one table. Every row is a ratio of two things
measured in the same run on the same machine, because seconds alone depend more on the machine than on the program.
Tests are in the folder tests and assert no times.
"""
