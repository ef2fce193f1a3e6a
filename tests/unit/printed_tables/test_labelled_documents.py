"""The labelled cells of published documents, where they are beside the checkout: no wrong answer, and few without one."""

import functools
from collections import Counter
from collections.abc import Iterator

import pytest

from benchmarks import bound_figures, printed_tables
from capex_pipeline.reference import Reference

pytestmark = [
    pytest.mark.slow("reads every labelled document, PDF files in processes of their own"),
    pytest.mark.skipif(not printed_tables.FOLDER.is_dir(), reason="the labelled documents are not here"),
]


@pytest.fixture(scope="module", autouse=True)
def _each_document_is_read_once() -> Iterator[None]:
    """Both tests ask for the grids of the same documents, and reading a PDF file takes most of their time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(printed_tables, "read_tables", functools.cache(printed_tables.read_tables))
        yield


@pytest.mark.parametrize(("ending", "share"), [("html", 0.97), ("xlsx", 0.97), ("pdf", 0.92)])
def test_no_label_is_answered_wrongly_and_nearly_all_are_answered(ending: str, share: float) -> None:
    counts: Counter[str] = Counter()
    for name, wanted in printed_tables.labels(kept_aside=False).items():
        if name.endswith(ending):
            cells = printed_tables.read_cells(name, wanted)
            counts += Counter(printed_tables.outcome(cells, label) for label in wanted)
    assert counts["wrong"] == 0
    assert counts["right"] >= share * counts.total() > 0


def test_no_figure_is_bound_wrongly_and_nearly_all_are_bound(reference: Reference) -> None:
    right = facts = 0
    for name, wanted in printed_tables.labels(kept_aside=False).items():
        known = bound_figures.facts_of(wanted, name.partition("-")[0])
        amounts = bound_figures.amounts_of(bound_figures.bound_figures(name, wanted, reference))
        facts += len(known)
        for fact in known.keys() & amounts.keys():
            assert amounts[fact] in known[fact], f"{name} {fact}"
            right += 1
    assert right >= 0.9 * facts > 0
