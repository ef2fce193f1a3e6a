"""The contract: one model per table, and nothing about a table declared anywhere else.

What belongs here: the list of tables. A new table is one module with one model, and one line here.
"""

from capex_pipeline.schemas.article_mentions import ArticleMentions
from capex_pipeline.schemas.base import Table
from capex_pipeline.schemas.capex import Capex
from capex_pipeline.schemas.claim_checks import ClaimChecks
from capex_pipeline.schemas.cloud_revenue import CloudRevenue
from capex_pipeline.schemas.coverage import Coverage
from capex_pipeline.schemas.definitions import MetricDefinitions
from capex_pipeline.schemas.documents import Documents
from capex_pipeline.schemas.entities import Entities
from capex_pipeline.schemas.figures import Figures
from capex_pipeline.schemas.fx_rates import FxRates
from capex_pipeline.schemas.gpu_shipments import GpuShipments
from capex_pipeline.schemas.observations import Observations
from capex_pipeline.schemas.periods import Periods
from capex_pipeline.schemas.rejected_figures import RejectedFigures

SCHEMA_VERSION = "1.0"
"""Version of the contract. The first number goes up when a published column is removed, renamed or retyped."""

TABLES: dict[str, type[Table]] = {
    "capex": Capex,
    "gpu_shipments": GpuShipments,
    "cloud_revenue": CloudRevenue,
    "observations": Observations,
    "claim_checks": ClaimChecks,
    "coverage": Coverage,
    "figures": Figures,
    "rejected_figures": RejectedFigures,
    "article_mentions": ArticleMentions,
    "documents": Documents,
    "entities": Entities,
    "definitions": MetricDefinitions,
    "periods": Periods,
    "fx_rates": FxRates,
}
"""Every table by name: the name of its asset, of its file, and of its module here."""
