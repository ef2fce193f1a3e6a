"""Every filer with the SEC: from the bulk archive of companyfacts and a folder of instances to a partitioned Parquet data set.

What belongs here: the work list, the functions from facts to quarters for many filers at once, the data set on disk, and the two
engines that carry the work out. What does not: choices about tracked companies (`sources.filers`), the arithmetic of quarters and
currencies (`normalise`), Dagster (`assets.bulk`). Only `spark_engine` knows of Spark.

The unit of work is a part: the filers with one remainder of their CIK by 128. A part is read in batches of some hundred filers, so that
memory stays flat, and becomes one file whose bytes depend on its inputs alone. So the engines can be told apart by their speed only.
"""
