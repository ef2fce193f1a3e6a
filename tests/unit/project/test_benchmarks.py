"""The benchmarks run at a tiny size and what they compare is equal. No time is asserted: that is what the benchmarks are for."""

from __future__ import annotations

import gc
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import builders
import pytest
from builders import PROJECT, RELEASE, TO_CAPEX, KeptBuilds

sys.path.insert(0, str(PROJECT))

from benchmarks import archive_copies, decumulating, empty_job, machine, measure, normalising, page, publishing
from benchmarks.build import main as build
from benchmarks.measure import Row
from capex_pipeline.normalise.ingest import ingest
from capex_pipeline.reference import Reference
from capex_pipeline.schemas import TABLES
from capex_pipeline.storage.warehouse import Warehouse

SMALL = PROJECT / "tests" / "pipeline" / "raw_small"


@pytest.fixture(autouse=True)
def _garbage_is_collected_afterwards() -> Iterator[None]:
    """The command that builds switches the search for garbage off, which would hold for all later tests of this process."""
    yield
    gc.enable()


def test_duckdb_and_the_pipeline_normalise_alike() -> None:
    pytest.importorskip("duckdb")
    rows, daily = normalising.figures(2_000), normalising.fixings()
    ours, theirs = normalising.normalised(rows, daily), normalising.by_sql(normalising.connection(rows, daily))
    assert normalising.differences(ours, theirs) == 0
    assert ours["amount_usd"].notna().sum() > 1_000 and set(ours["fx_flag"].dropna()) == {
        "no_fixing",
        "period_not_over",
    }
    for name, other in (("amount_usd", 1.0), ("period_type", "year"), ("fx_flag", "no_fixing")):
        changed = ours.assign(**{name: ours[name].mask(ours.index == 7, other)})
        changed.loc[8, name] = None
        assert 0 < normalising.differences(changed, theirs) <= 2, f"a difference in {name} is seen"


def test_quarters_of_made_up_filings_are_those_that_were_added_up() -> None:
    facts, quarters = decumulating.filings(3)
    found = decumulating.derived(facts)
    assert len(quarters) == 3 * 3 * 14 * 4
    assert decumulating.wrong(found, quarters) == 0
    assert decumulating.wrong(found[found["value"] != quarters["value"].iloc[1]], quarters) >= 1


@pytest.mark.slow("runs a benchmark on a small archive")
def test_the_larger_archive_has_every_document_again(reference: Reference, tmp_path: Path) -> None:
    archive_copies.enlarge(SMALL, tmp_path / "large", 3)
    small, large = ingest(SMALL, reference), ingest(tmp_path / "large", reference)
    assert len(large.documents) == 3 * len(small.documents)
    assert len(large.figures) == 3 * len(small.figures)
    assert len(large.rejected_figures) == 3 * len(small.rejected_figures)


@pytest.mark.slow("runs a benchmark on a small archive")
def test_one_document_of_one_figure_is_added(reference: Reference, tmp_path: Path) -> None:
    archive_copies.enlarge(SMALL, tmp_path / "raw", 1)
    first = ingest(tmp_path / "raw", reference)
    figures, rejected = len(first.figures), len(first.rejected_figures)
    for number in range(2):
        archive_copies.add_document(tmp_path / "raw", number)
        read = ingest(tmp_path / "raw", reference)
        assert (len(read.figures), len(read.rejected_figures)) == (figures + number + 1, rejected)


@pytest.mark.slow("runs a benchmark on a small archive")
def test_the_empty_job_has_the_assets_and_checks_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    graph = build("graph", str(SMALL), str(tmp_path / "warehouse"))
    done = empty_job.run(empty_job.definitions_of(graph))
    steps = [name for step in graph["steps"] for asset in step["assets"] for name in asset["checks"]]
    checks = {(check["asset"], check["name"]) for step in graph["checks"] for check in step["checks"]}
    assert done["assets"] == sum(len(step["assets"]) for step in graph["steps"]) >= len(TABLES)
    assert done["checks"] == len(steps) + len(checks)
    assert ("capex_by_definition", "file_meets_contract") in checks


@pytest.mark.usefixtures("from_memory", "short_page")
@pytest.mark.slow("runs a benchmark on a small archive")
def test_the_build_without_dagster_writes_the_same_tables(small: Warehouse, tmp_path: Path) -> None:
    taken = build("plain", str(SMALL), str(tmp_path / "plain"))["steps"]
    plain = Warehouse(tmp_path / "plain")
    assert {table: plain.footer(table) for table in TABLES} == {table: small.footer(table) for table in TABLES}
    assert {"evidence", "capex", "make_release", "capex_checks"} <= set(taken)
    assert (tmp_path / "plain" / "report.html").is_file(), "the release draws the page"


def test_what_is_measured_goes_between_the_marks_of_the_page() -> None:
    rows = [
        Row("a", "a build", 2.0, "another", 1.0, 2.0, "at most 3", 120.0, reached=True),
        Row("f", "rate", 1234.5, "x", 0.5, 0.1),
    ]
    said = page.markdown(rows, machine.description())
    found = page.replaced(f"# Title\n{page.BEGIN}\nold\n{page.END}\nby hand\n", said)
    assert "old" not in found and found.startswith("# Title\n") and found.endswith("by hand\n")
    assert "| a | a build | 2 s | another | 1 s | 2.00 | at most 3: reached | 120 |" in found
    assert page.replaced(found, said) == found
    with pytest.raises(ValueError, match="has no lines"):
        page.replaced("no marks", said)
    assert len(page.text(rows).splitlines()) == 3


def test_the_page_of_the_project_has_its_marks_and_names_no_machine() -> None:
    text = (PROJECT / "docs" / "performance.md").read_text(encoding="utf-8")
    page.replaced(text, "measured")
    described = "\n".join(machine.description())
    import platform

    for private in (platform.node(), str(PROJECT), str(Path.home())):
        assert private not in described and (len(private) < 4 or private not in text)


def test_a_child_that_fails_is_said() -> None:
    with pytest.raises(RuntimeError, match=r"benchmarks\.normalising ours nonsense failed"):
        measure.child("normalising", "ours", "nonsense")


@pytest.mark.slow("runs readers beside a release")
@pytest.mark.usefixtures("few_tables_are_released")
def test_readers_of_every_program_read_while_releases_are_published(builds: KeptBuilds, tmp_path: Path) -> None:
    """The second release has fewer rows in a few tables."""
    shutil.copytree(SMALL, tmp_path / "raw")
    (tmp_path / "raw" / "articles" / "2024-08-26-spending.yaml").unlink()
    for label in ("one", "other"):
        (tmp_path / label).mkdir()
        builds.copy(SMALL, tmp_path / label / "warehouse")
    assert builders.build(tmp_path / "raw", tmp_path / "other" / "warehouse", exactly=(*TO_CAPEX, *RELEASE)).success
    window, torn, by_name, kept, missed = publishing.rows_of(tmp_path, publications=1)
    assert window.ours > 0 and (torn.ours, kept.ours, missed.ours) == (0, 0, 0)
    assert kept.other == by_name.other
    assert torn.other == 2 * by_name.other >= 2 * len(TABLES) * len(publishing.PROGRAMS)
