"""What all table models share: column types, the field helper, the base model and common column groups.

Add a column here when it means the same in more than one table. Columns of a single table are declared in its own
module, and rules that need reference data are applied in `normalise`.

A table is one `pandera.DataFrameModel`. Its columns, types, units, descriptions, keys and row rules are declared there
and nowhere else; Parquet schemas, Dagster column schemas and the data dictionary are derived (`schemas/derive.py`).
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pandas as pd
import pandera.pandas as pa
from pandera.engines.pandas_engine import STRING, DateTime

from capex_pipeline.schemas import pandas_options, rules, vocabulary

Number = float
Flag = bool
MaybeFlag = pd.BooleanDtype
"""A flag that is null where nobody knows."""
Count = pd.Int64Dtype
Year = pd.Int32Dtype
if TYPE_CHECKING:
    Day = pd.Timestamp
    Text = str
else:
    Day = DateTime(unit="us")
    Text = STRING(pandas_options.TEXTS)  # pandera does not see an option of pandas that is set after its import


def column(
    description: str,
    *,
    unit: str | None = None,
    optional: bool = False,
    comes_from: tuple[str, ...] = (),
    **checks: Any,
) -> Any:
    """One column: what it means, its unit, whether it may be missing (`optional`), and pandera's checks.

    comes_from: columns of other tables ("observations.value") that it is computed from; a column of the same name in a table
    that the asset reads need not be named.
    """
    metadata: dict[str, Any] = {"comes_from": comes_from}
    if unit:
        metadata["unit"] = unit
    return pa.Field(description=description, nullable=optional, metadata=metadata, **checks)


def growth(earlier: str, currency: str) -> Any:
    """A column of computed growth."""
    sources: tuple[str, ...] = ("observations.value",)
    return column(
        f"Growth over {earlier} in {currency}; null across a break, where that quarter is absent or zero or less, where this amount is below "
        "zero, and where the rounding of the two printed amounts leaves it open by more than 2 percentage points.",
        unit="percent",
        optional=True,
        comes_from=(*sources, "fx_rates.average_rate") if currency == "US dollars" else sources,
    )


def row_rule(error: str, rule: Callable[..., pd.Series], *arguments: Any) -> Any:
    """A rule about the rows of a table. rule: from a frame and these arguments to one True or False per row. error: names a breach."""
    return pa.dataframe_check(error=error)(lambda cls, frame: rule(frame, *arguments))


class Table(pa.DataFrameModel):
    """A published or internal table. A class that is a whole table names its grain, key, sort columns (if they are not the key) and group, and the
    foreign keys that its columns' names do not tell.
    """

    class Config:
        strict = True
        ordered = True
        coerce = False

    def __init_subclass__(
        cls,
        *,
        grain: str = "",
        key: Sequence[str] = (),
        sort: Sequence[str] | None = None,
        group: str = "published",
        foreign_keys: Mapping[str, str | None] = MappingProxyType({}),
        **options: Any,
    ) -> None:
        if grain:
            facts = {
                "group": group,
                "grain": grain,
                "key": key,
                "sort": sort or key,
                "foreign_keys": dict(foreign_keys),
            }
            cls.Config = type("Config", (), {"metadata": facts})  # type: ignore[misc, assignment]
        super().__init_subclass__(**options)


class Identified(Table):
    """Whose number it is and what was measured."""

    observation_id: Text = column(
        "Stable id of the observation. The same number in the same document keeps its id from release to release."
    )
    entity_id: Text = column("Company or group that the number is about; see table entities.")
    entity_name: Text = column("Name of the entity.")
    entity_type: Text = column("company, or group (several companies).", isin=vocabulary.ENTITY_TYPES)
    is_aggregate: Flag = column(
        "True where the entity is a group. Its members may be rows of their own, so do not add both."
    )
    definition_id: Text = column("Definition used for this row; see table definitions.")


class Dated(Table):
    """Which period the number covers."""

    period_start: Day = column("First day of the period.", optional=True)
    period_end: Day = column("Last day of the period, or the date of a point-in-time balance.")
    period_type: Text = column(
        "Length class, by days: quarter 80-100, half_year 170-192, nine_months 258-285, year 350-380 (the fiscal year of the entity or "
        "the calendar year), trailing_year (any other twelve months), multi_year (more than 400 days), other.",
        isin=vocabulary.PERIOD_TYPES,
    )
    calendar_quarter: Text = column(
        'Calendar quarter that holds the midpoint of the period, "2024Q2"; on quarter rows only.',
        optional=True,
        str_matches=r"^\d{4}Q[1-4]$",
    )
    fiscal_year: Year = column(
        "The entity's fiscal year, named by the calendar year in which it ends; null where the period "
        "is not one of the fiscal calendar.",
        optional=True,
    )
    fiscal_period: Text = column(
        "Q1 to Q4, H1, H2, 9M or FY of the entity's fiscal calendar.",
        optional=True,
        isin=("Q1", "Q2", "Q3", "Q4", "H1", "H2", "9M", "FY"),
    )

    period_runs_forward = row_rule("period_ends_before_it_starts", rules.in_order, "period_start", "period_end")


class Sourced(Table):
    """How certain the number is and where it came from."""

    status: Text = column(
        "reported, derived (computed from reported figures), estimate, forecast or guidance.", isin=vocabulary.STATUSES
    )
    bound: Text = column(
        "How exact the number is: exact, at_least, at_most, approximately, range or order_of_magnitude.",
        isin=vocabulary.BOUNDS,
    )
    source_type: Text = column(
        "Kind of source: filing (filed with a regulator), company_release (announcement, call or presentation of the company), "
        "third_party_copy (another publisher repeats what the company published), article, digest (written from documents on record) or estimate.",
        isin=vocabulary.SOURCE_TYPES,
    )
    claimant: Text = column(
        "Source of the statement: the company, an executive, an analyst, an unnamed source or the publication.",
        optional=True,
    )
    document_id: Text = column(
        "Document that contains the number (for a derived number, the document of its newest operand); see table documents."
    )
    locator: Text = column("Place in the document: paragraph, line or concept.", optional=True)
    derived_from: Text = column(
        "Ids of the figures that the number was taken or computed from, joined by |; see table figures."
    )
    review_state: Text = column(
        "machine where a figure behind the number was read by the program and not reviewed yet (such a row is never preferred); trusted where the "
        "program read it in a kind of document that reference data trusts; else reviewed.",
        isin=vocabulary.REVIEW_STATES,
    )


class Known(Sourced):
    """Since when the number is known."""

    known_from: Day = column(
        "First day on which the number was public: the date of the earliest announcement, call, filing or article that contains it."
    )
