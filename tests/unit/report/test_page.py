"""The whole page: the same bytes for the same tables, nothing from outside, no text that becomes markup."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from builders import frame_of

from capex_pipeline.report import page, page_fingerprint
from capex_pipeline.report.page_model import TABLES

pytestmark = pytest.mark.slow("draws the page in each test")

HOSTILE = """<img src=x onerror="alert(1)">'</script><script>alert(2)</script>{{7*7}}|`*_"""
IDS = dict.fromkeys(TABLES, "0" * 64)


class Elements(HTMLParser):
    """Every element of a page with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def tables(**changed: Any) -> dict[str, pd.DataFrame]:
    """One row in each table; text columns of the document's kind can be replaced."""
    quarter = {
        "calendar_quarter": "2024Q2",
        "period_start": pd.Timestamp("2024-04-01"),
        "period_end": pd.Timestamp("2024-06-30"),
    }
    common = {
        **quarter,
        "entity_id": "a",
        "is_preferred": True,
        "source_type": "filing",
        "status": "reported",
        "document_id": "d",
    }
    chips = {
        **common,
        "source_type": "estimate",
        "status": "estimate",
        "product": "h20",
        "supplier_id": "a",
    }
    text = changed.get("text", "words")
    tidy = {
        "calendar_quarter": "2024Q2",
        "quarter_start": pd.Timestamp("2024-04-01"),
        "entity_id": "a",
        "entity_name": text,
        "document_id": "d",
    }
    shipped = {"calendar_quarter": "2024Q2", "quarter_start": pd.Timestamp("2024-04-01"), "supplier_id": "a", "supplier_name": text, "product": "h20",
               "document_id": "d", "estimator": text}  # fmt: skip
    return {
        "capex": frame_of("capex", {**tidy, "note": text, "locator": text, "derived_from": text}),
        "headline_capex": frame_of("headline_capex", {"entity_id": "a", "calendar_quarter": "2024Q2"}),
        "cloud_revenue": frame_of("cloud_revenue", {**tidy, "segment": text, "note": text}),
        "revenue": frame_of("revenue", {**tidy, "note": text}),
        "capex_by_overlapping_group": frame_of(
            "capex_by_overlapping_group", {"calendar_quarter": "2024Q2", "entity_name": text}
        ),
        "outlooks": frame_of(
            "outlooks",
            {
                "entity_id": "a",
                "entity_name": text,
                "claimant": text,
                "document_id": "d",
                "locator": text,
                "outcome": "pending",
                "is_latest": True,
                "target_end": pd.Timestamp("2024-12-31"),
            },
        ),
        "gpu_shipments": frame_of("gpu_shipments", shipped),
        "gpu_shipments_by_customer_and_product": frame_of(
            "gpu_shipments_by_customer_and_product", {**shipped, "customer_id": "a", "customer_name": text}
        ),
        "products": frame_of("products", {"product": "h20", "product_name": text}),
        "capex_by_definition": frame_of(
            "capex_by_definition", {**common, "note": text, "claimant": text, "entity_name": text}
        ),
        "cloud_revenue_by_definition": frame_of(
            "cloud_revenue_by_definition", {**common, "segment": text, "is_break": True, "note": text}
        ),
        "gpu_estimates": frame_of("gpu_estimates", {**chips, "claimant": text}),
        "gpu_estimates_by_customer": frame_of(
            "gpu_estimates_by_customer", {**chips, "claimant": text, "customer_id": "b", "is_preferred": False}
        ),
        "claim_checks": frame_of(
            "claim_checks", {"claim": text, "explanation": text, "claimant": text, "repeats_claim": None}
        ),
        "arithmetic_checks": frame_of(
            "arithmetic_checks", {"claim": text, "explanation": text, "entity_name": text, "document_id": "d"}
        ),
        "coverage": frame_of("coverage", {"state": "missing", "document_needed": text}),
        "documents": frame_of(
            "documents", {"document_id": "d", "title": text, "publisher": text, "url": changed.get("url")}
        ),
        "entities": frame_of("entities", {"entity_id": "a", "entity_name": text}),
        "definitions": frame_of("definitions", {"definition_id": "x", "definition_name": text, "description": text}),
    }


def test_equal_tables_give_equal_bytes() -> None:
    assert page.render(tables(), IDS) == page.render(tables(), IDS)


def test_nothing_is_loaded_from_outside() -> None:
    elements = Elements(page.render(tables(url="https://example.org/filing"), IDS)).found
    for tag, attributes in elements:
        if tag in ("script", "img", "iframe", "link", "source", "video"):
            assert not (attributes.get("src") or "").startswith(("http", "//")), tag
            assert not (attributes.get("href") or "").startswith(("http", "//")), tag
    policy = next(
        one["content"] for tag, one in elements if tag == "meta" and one.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy is not None
    assert "default-src 'none'" in policy
    assert "'unsafe-inline'" not in policy.partition("style-src")[0]


def test_text_of_documents_stays_text() -> None:
    made = Elements(page.render(tables(text=HOSTILE), IDS)).found
    plain = Elements(page.render(tables(), IDS)).found
    assert [tag for tag, _ in made] == [tag for tag, _ in plain]
    assert not [name for _, attributes in made for name in attributes if name.startswith("on")]


WORKBOOK = "workbook.xlsx"
"""The file beside the page that the page names."""


def test_a_script_in_the_place_of_an_address_is_no_link() -> None:
    links = [
        one.get("href") or ""
        for tag, one in Elements(page.render(tables(url="javascript:alert(1)"), IDS)).found
        if tag == "a"
    ]
    assert links
    assert [link for link in links if not link.startswith("#") and link != WORKBOOK] == []


def test_a_mark_without_an_address_leads_to_its_entry_on_the_page() -> None:
    elements = Elements(page.render(tables(), IDS)).found
    places = {one["id"] for _, one in elements if "id" in one}
    assert {one.get("href") or "" for tag, one in elements if tag == "a"} <= {
        WORKBOOK,
        *(f"#{place}" for place in places),
    }


def test_empty_tables_give_a_page_that_says_so() -> None:
    text = page.render({name: frame.iloc[:0] for name, frame in tables().items()}, IDS)
    assert text.count("are available.") >= 5
    assert 'class="chart"' not in text


def test_the_page_says_what_it_was_made_from() -> None:
    head = page.render(tables(), IDS, fingerprint="f" * 64).encode()[:4096]
    assert page_fingerprint.is_made_from(head, "f" * 64)
    assert not page_fingerprint.is_made_from(head, "e" * 64)


def test_other_tables_or_code_make_another_page() -> None:
    made = page_fingerprint.made_from("code", IDS)
    assert made == page_fingerprint.made_from("code", dict(reversed(IDS.items())))
    assert made != page_fingerprint.made_from("other code", IDS)
    assert made != page_fingerprint.made_from("code", {**IDS, "capex_by_definition": "1" * 64})


def test_a_table_that_is_absent_is_named() -> None:
    with pytest.raises(ValueError, match="capex_by_definition"):
        page.render({}, {})


@pytest.mark.slow("draws the page in other processes")
def test_other_processes_and_time_zones_without_a_library_that_draws_give_equal_bytes() -> None:
    """Neither the order of hashes nor the clock nor the machine is in the page."""
    here, tests = Path(__file__).parent, Path(__file__).parents[2]
    code = (
        f"import sys, hashlib; sys.path[:0] = [{str(here)!r}, {str(tests)!r}]; sys.modules['altair'] = sys.modules['vl_convert'] = None;"
        "import test_page; print(hashlib.sha256(test_page.page.render(test_page.tables(), test_page.IDS).encode()).hexdigest())"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Shanghai"))
    }
    assert len(said) == 1


def test_the_library_is_the_published_one() -> None:
    """As the package vega 6.2.0 of npm has it, build/vega.min.js; nothing in it ends a script early."""
    library = page_fingerprint.static("vega.min.js")
    assert (
        hashlib.sha256(library.encode()).hexdigest()
        == "ea6a5936381d06f912466354e2b6a20eb66c4d41f1ca9dff1e0236dfee6ee392"
    )
    assert "</script" not in library
    assert "University of Washington" in page_fingerprint.static(
        "vega.LICENSE"
    ) and "Mike Bostock" in page_fingerprint.static("vega.LICENSE")
