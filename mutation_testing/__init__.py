"""Mutation testing: changes the rules in one small way at a time and reports whether a test notices.

`python -m mutation_testing` (`make mutants`) is run by hand and is no part of the test suite. docs/mutation-testing.md has its results, and the
reasons why mutmut and cosmic-ray do not do this work.
"""
