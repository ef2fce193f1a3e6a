"""The Dagster assets, in the modules tables, release, refresh and bulk.

Add an asset to the module of its group. The modules report, workbook and release_file contain no assets: the step
`make_release` in `orchestration/assets/release.py` calls them to write its files. What all table assets have in common
is in `orchestration/asset_factory.py`.
"""
