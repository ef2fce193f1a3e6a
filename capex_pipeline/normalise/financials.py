"""Lays the lines of companies' statements out beside each other: financials_by_calendar_year, financials_by_overlapping_group and
financials_by_overlapping_group_and_calendar_year.

Add a line here when a tidy table of its name exists. Sums over groups are computed in `normalise/groups.py` and sums over years in
`normalise/calendar_years.py`; this module puts them into columns and has no rule for a single line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from capex_pipeline.normalise import calendar_years, groups
from capex_pipeline.normalise.comparisons import percentage
from capex_pipeline.normalise.records import names_where
from capex_pipeline.normalise.time_axis import of_all, with_quarter_start
from capex_pipeline.reference import Reference
from capex_pipeline.schemas.derive import laid_out
from capex_pipeline.schemas.financials import (
    FinancialsByCalendarYear,
    FinancialsByOverlappingGroup,
    FinancialsByOverlappingGroupAndCalendarYear,
    stem,
)
from capex_pipeline.schemas.vocabulary import BALANCE_TABLES, FLOW_LINES, FLOW_LINES_OF_GROUPS, LINES_OF_YEARS
from capex_pipeline.values.grouping import grouped

_AMOUNTS = ("local", "usd")
_GROWTHS = ("yoy_local_pct", "yoy_usd_pct")
_MEMBERS = ("members", "missing_members")
_WHOLES = ("revenue", "operating_cash_flow")
"""Lines of which the tables of groups show capital expenditure as a share."""


def by_calendar_year(
    names: Iterable[str], tables: Mapping[str, pd.DataFrame], reference: Reference
) -> dict[str, pd.DataFrame]:
    """The named ones of FINANCIALS_BY_CALENDAR_YEAR from the tidy tables of flows by name. The years of each line are added up once for all of them."""
    years = {line: calendar_years.of_companies(tables[line]) for line in FLOW_LINES}
    return {name: _BY_CALENDAR_YEAR[name](tables, years, reference) for name in names}


def _of_companies(
    tables: Mapping[str, pd.DataFrame], years: dict[str, pd.DataFrame], reference: Reference
) -> pd.DataFrame:
    """Table financials_by_calendar_year. years: by line, from `calendar_years.of_companies`."""
    place = ["entity_id", "calendar_year_of_company"]
    wide = _beside({line: years[line] for line in LINES_OF_YEARS}, place, (*_GROWTHS, "definition_id", "is_break"))
    is_missing = pd.DataFrame(
        {line: wide[[f"{line}_{currency}" for currency in _AMOUNTS]].isna().any(axis=1) for line in LINES_OF_YEARS}
    )
    on_record = ~is_missing.all(axis=1)
    wide, is_missing = wide[on_record].copy(), is_missing[on_record]
    is_whole = ~is_missing.any(axis=1)
    whole = wide["calendar_year_of_company"].where(is_whole)
    columns_of_lines = wide.columns.difference(place)
    wide[columns_of_lines] = wide[columns_of_lines].where(is_whole)
    breaks = {f"{line}_is_break": wide[f"{line}_is_break"].eq(True) for line in LINES_OF_YEARS}
    return laid_out(
        wide.assign(
            entity_name=wide["entity_id"].map(reference.entities["name"]),
            currency=wide["entity_id"].map(reference.entities["currency"]),
            calendar_year_of_all_in_table=of_all(wide.assign(whole=whole), "whole", "entity_id"),
            missing_lines=names_where(is_missing),
            **breaks,
        ),
        FinancialsByCalendarYear,
    )


def financials_by_overlapping_group(tables: Mapping[str, pd.DataFrame], reference: Reference) -> pd.DataFrame:
    """Table financials_by_overlapping_group from the tidy tables of flows and balances by name."""
    place = ["entity_id", "calendar_quarter"]
    lines = {line: _as_flow(line, tables[line]) for line in (*FLOW_LINES_OF_GROUPS, *BALANCE_TABLES)}
    sums = {line: groups.group_sums(line, quarters, reference) for line, quarters in lines.items()}
    wide = _of_groups(_beside(sums, place, (*_GROWTHS, *_MEMBERS, "is_break")), lines, reference)
    breaks = {f"{line}_is_break": wide[f"{line}_is_break"].eq(True) for line in lines}
    return laid_out(with_quarter_start(wide.assign(**breaks)), FinancialsByOverlappingGroup)


def _of_overlapping_groups(
    _: Mapping[str, pd.DataFrame], companies: dict[str, pd.DataFrame], reference: Reference
) -> pd.DataFrame:
    """Table financials_by_overlapping_group_and_calendar_year. companies: the years of each line, as for `_of_companies`."""
    place = ["entity_id", "calendar_year"]
    companies = {line: companies[line] for line in FLOW_LINES_OF_GROUPS}
    years = {line: calendar_years.of_groups(line, of_line, reference) for line, of_line in companies.items()}
    wide = _of_groups(_beside(years, place, (*_GROWTHS, *_MEMBERS)), companies, reference)
    return laid_out(wide.assign(note=_notes(years, wide, place)), FinancialsByOverlappingGroupAndCalendarYear)


_BY_CALENDAR_YEAR = {
    "financials_by_calendar_year": _of_companies,
    "financials_by_overlapping_group_and_calendar_year": _of_overlapping_groups,
}


def _as_flow(line: str, quarters: pd.DataFrame) -> pd.DataFrame:
    """A tidy table with the names of a flow, so that balances are added up over companies in the same way."""
    if line not in BALANCE_TABLES:
        return quarters
    amounts = {"balance_local": "amount_local", "balance_usd": "amount_usd"}
    return quarters.rename(columns=amounts).assign(amount_cny=np.nan)


def _beside(parts: Mapping[str, pd.DataFrame], place: list[str], about: Iterable[str]) -> pd.DataFrame:
    """One row per place of any line, with the amounts of each line and what `about` names of it in columns that begin with its name."""
    wide = pd.concat([part[place] for part in parts.values() if len(part)] or [pd.DataFrame(columns=place)])
    wide = wide.drop_duplicates().sort_values(place, kind="stable", ignore_index=True)
    for line, part in parts.items():
        names = {f"amount_{end}": f"{stem(line)}_{end}" for end in _AMOUNTS} | {
            name: f"{line}_{name}" for name in about
        }
        if len(part):
            wide = wide.merge(part[[*place, *names]].rename(columns=names), on=place, how="left", validate="one_to_one")
        else:
            wide = wide.assign(**dict.fromkeys(names.values()))
    return wide


def _of_groups(wide: pd.DataFrame, lines: Mapping[str, pd.DataFrame], reference: Reference) -> pd.DataFrame:
    """The rows with the group's name and currency, and of lines of which no member reported the period with the members that are missing."""
    names = {}
    for line, quarters in lines.items():
        members = groups.publishing(line, quarters, reference)
        joined = wide["entity_id"].map({group: "|".join(of_group) or None for group, of_group in members.items()})
        is_sum = wide["entity_id"].map({group: len(of_group) > 1 for group, of_group in members.items()})
        is_silent = wide.get(f"{line}_members", pd.Series(index=wide.index, dtype="str")).isna()
        missing = wide.get(f"{line}_missing_members", pd.Series(index=wide.index, dtype="str"))
        names[f"{line}_members"] = joined.astype("str")
        names[f"{line}_missing_members"] = missing.astype("str").mask(is_silent & is_sum.eq(True), joined.astype("str"))
    currencies = {
        group: set(reference.entities.loc[reference.members(group), "currency"])
        for group in groups.group_ids(reference)
    }
    shared = {group: of_group.pop() if len(of_group) == 1 else None for group, of_group in currencies.items()}
    currency = wide["entity_id"].map(shared).astype("str")
    local = {
        f"{stem(line)}_local": wide[f"{stem(line)}_local"].where(currency.notna())
        for line in lines
        if f"{stem(line)}_local" in wide
    }
    wide = wide.assign(
        entity_name=wide["entity_id"].map(reference.entities["name"]), currency=currency, **names, **local
    )
    return wide.assign(**{f"capex_to_{whole}_pct": _share_of_capex(wide, whole) for whole in _WHOLES})


def _share_of_capex(wide: pd.DataFrame, whole: str) -> pd.Series:
    """Capital expenditure of a group in percent of another flow; null where the two are not sums over the same members."""
    is_same = wide["capex_members"] == wide[f"{whole}_members"]
    share = percentage(wide["capex_usd"].astype("float64"), wide[f"{whole}_usd"].astype("float64"))
    return share.where(is_same.fillna(False))


def _notes(years: Mapping[str, pd.DataFrame], wide: pd.DataFrame, place: list[str]) -> pd.Series:
    """The notes of all lines on a year, each with the name of its line."""
    notes = grouped(
        ((entity, year), f"{line}: {note}")
        for line, part in years.items()
        if len(part)
        for entity, year, note in part[part["note"].notna()][[*place, "note"]].itertuples(index=False)
    )
    joined = [" ".join(notes.get(key, [])) or None for key in wide[place].itertuples(index=False, name=None)]
    return pd.Series(joined, index=wide.index, dtype="str")
