"""The content of all reference files together, and which file holds which key.

A new key of a file is declared here, with the type of its entries; a new file is a further line of `FILES`. The types of entries belong to `models` and
`filers`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, create_model

from capex_pipeline.reference import models
from capex_pipeline.reference.filers import EarningsExhibits, FilerRules, Forms
from capex_pipeline.reference.models import Part


class Content(Part):
    """Every entry of the reference files, by key. rough_per_usd: rough units of each currency per US dollar, for noticing wrong magnitudes only."""

    entities: tuple[models.Entity, ...] = ()
    metrics: tuple[models.Metric, ...] = ()
    definitions: tuple[models.Definition, ...] = ()
    products: tuple[models.Product, ...] = ()
    forms: Forms = Forms(periodic=(), annual=())
    filers: tuple[FilerRules, ...] = ()
    earnings_exhibits: tuple[EarningsExhibits, ...] = ()
    breaks: tuple[models.Break, ...] = ()
    known_differences: tuple[models.ExplainedPeriod, ...] = ()
    known_conflicts: tuple[models.ExplainedPeriod, ...] = ()
    known_growth: tuple[models.ExplainedPeriod, ...] = ()
    known_copies: tuple[models.ExplainedPeriod, ...] = ()
    known_jumps: tuple[models.ExplainedPeriod, ...] = ()
    reviewed_claims: tuple[models.ReviewedClaim, ...] = ()
    zeros: models.Zeros = models.Zeros()
    tolerances: tuple[models.ToleranceRule, ...] = ()
    accepted_changes: tuple[models.AcceptedChange, ...] = ()
    accepted_losses: tuple[models.AcceptedLoss, ...] = ()
    results_documents: tuple[models.ResultsDocument, ...] = ()
    rough_per_usd: dict[models.Currency, Annotated[models.Number, Field(gt=0)]] = Field(default_factory=dict)
    earnings_weeks: tuple[models.EarningsWeeks, ...] = ()
    text: models.Texts = models.Texts()
    printed_names: tuple[models.PrintedName, ...] = ()
    trusted_documents: tuple[models.TrustedDocuments, ...] = ()
    table_layouts: tuple[models.TableLayout, ...] = ()


def _file(*keys: str) -> type[Part]:
    """The type of a file that holds these keys."""
    fields = {key: (Content.model_fields[key].annotation, Content.model_fields[key]) for key in keys}
    return create_model(f"File_{keys[0]}", __base__=Part, **fields)  # type: ignore[call-overload]


FILES: Mapping[str, type[Part]] = {
    "entities.yaml": _file("entities"),
    "metrics.yaml": _file("metrics"),
    "definitions.yaml": _file("definitions"),
    "products.yaml": _file("products"),
    "filers.yaml": _file("forms", "filers", "earnings_exhibits"),
    "breaks.yaml": _file("breaks"),
    "known_differences.yaml": _file(
        "known_differences", "known_conflicts", "known_growth", "known_copies", "known_jumps"
    ),
    "reviewed_claims.yaml": _file("reviewed_claims"),
    "tolerances.yaml": _file("zeros", "tolerances"),
    "accepted_changes.yaml": _file("accepted_changes", "accepted_losses"),
    "results_documents.yaml": _file("results_documents"),
    "currencies.yaml": _file("rough_per_usd"),
    "earnings_weeks.yaml": _file("earnings_weeks"),
    "text.yaml": models.Texts,
    "printed_names.yaml": _file("printed_names", "trusted_documents"),
    "table_layouts.yaml": _file("table_layouts"),
}
"""Every reference file with its type. text.yaml as a whole is the key `text`."""
