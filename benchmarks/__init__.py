"""Measurements of speed and memory: `make bench`, or `python -m benchmarks`.

What belongs here: one module for each thing that is measured, which gives rows of one table. Every row is a ratio of two things
measured in the same run on the same machine, because seconds alone say more about the machine than about the program. What does
not: tests, which assert no time.
"""
