"""The assets, one module for each group: tables, release, report, refresh, bulk.

Add an asset here. What every asset does alike belongs to `asset_factory`.
"""
