"""Files of tables: Parquet, the warehouse, locks, caches and fingerprints.

Add a function here when it is about how bytes lie on disk or in an object store. What is in a table belongs to `normalise`, what a release
promises to `release`.
"""
