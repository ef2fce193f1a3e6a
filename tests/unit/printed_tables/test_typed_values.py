"""Figures read from companies' documents beside the values that this project typed from the same reports, where the documents are at hand."""

from collections import defaultdict

import pytest
import yaml
from builders import PROJECT

from benchmarks import bound_figures, printed_tables
from capex_pipeline.reference import Reference, fold
from capex_pipeline.sources.readers import reader_for
from capex_pipeline.values.units import parse_unit, parse_value

pytestmark = pytest.mark.skipif(not printed_tables.FOLDER.is_dir(), reason="the labelled documents are not here")
Fact = tuple[str, str, str, str, str]


def typed_amounts(reference: Reference) -> dict[Fact, set[float]]:
    """Amounts of the typed tables in full units, by entity, metric, definition, first and last day."""
    found: dict[Fact, set[float]] = defaultdict(set)
    for path in sorted((PROJECT / "raw").glob("*/*.csv")):
        if path.parent.name not in ("announcements", "filings"):
            continue
        name = path.relative_to(PROJECT / "raw").as_posix()
        sidecar = yaml.load(path.with_suffix(".meta.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)
        rows = reader_for(name, reference)(path.read_bytes(), sidecar, name).rows
        for row in rows[rows["measure"].isna() & rows["period_start"].notna() & rows["value"].notna()].itertuples():
            entity = reference.entity_aliases.get(fold(str(row.entity)))
            value = parse_value(str(row.value)).value
            if entity is not None and value is not None:
                fact = (entity, str(row.metric), str(row.definition), str(row.period_start), str(row.period_end))
                found[fact].add(value * float(parse_unit(str(row.unit)).scale))
    return dict(found)


@pytest.mark.slow("reads every labelled document that is typed too")
def test_figures_of_documents_agree_with_typed_values(reference: Reference) -> None:
    typed = typed_amounts(reference)
    compared = 0
    for name, wanted in printed_tables.labels(kept_aside=False).items():
        entity = bound_figures.COMPANIES.get(name.partition("-")[0])
        if entity is None:
            continue
        for one in bound_figures.bound_figures(name, wanted, reference):
            if one.outcome != "used" or one.period is None or one.amount is None:
                continue
            fact = (entity, one.name.metric, one.name.definition_id, str(one.period.start), str(one.period.end))
            if fact in typed:
                step = float(one.cell.scale or 1)
                assert any(abs(abs(one.amount) - abs(value)) <= step for value in typed[fact]), f"{name} {fact}"
                compared += 1
    assert compared > 20
