"""Trials that try to break the pipeline and count what was lost: ``python -m tests.soak --minutes 10``."""
