"""Files of tables: Parquet, the warehouse, locks, caches and fingerprints.

Add a function here when it is about how bytes are stored on disk or in an object store. The content of tables belongs to `normalise`,
releases to `release`.
"""
