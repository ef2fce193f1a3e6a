"""Which reader reads which file."""

from __future__ import annotations

import pytest
from builders import DOCUMENT, row

from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.reference import Reference
from capex_pipeline.sources.readers import READERS, reader_for


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("announcements/a.csv", "missing_document"), ("announcements/A.CSV", "missing_document"),
        ("filings/companyfacts/CIK0000789019.json", "not_json"), ("filings/instances/x.xml", "not_xml"),
    ],
)  # fmt: skip
def test_the_name_chooses_the_reader_whose_kind_of_error_is_raised(name: str, rule: str, reference: Reference) -> None:
    with pytest.raises(DocumentError) as error:
        reader_for(name, reference)(b"no document", {}, name)
    assert error.value.rule == rule


def test_a_yaml_file_is_a_reviewed_document(reference: Reference) -> None:
    import yaml

    result = reader_for("articles/a.yml", reference)(
        yaml.safe_dump({"document": DOCUMENT, "figures": [row()]}).encode(), {}, "articles/a.yml"
    )
    assert result.documents[0]["document_id"] == "example" and len(result.rows) == 1


@pytest.mark.parametrize("name", ["filings/instances/x.htm", "filings/instances/x.xhtml"])
def test_a_page_without_a_declared_document_is_read_as_inline_xbrl(name: str, reference: Reference) -> None:
    with pytest.raises(DocumentError) as error:
        reader_for(name, reference)(b"<html><body>no facts</body></html>", {}, name)
    assert error.value.rule == "not_xbrl"


@pytest.mark.parametrize("name", ["noextension", "table.csv.old", "script.py"])
def test_a_file_that_no_reader_reads_is_refused_with_the_kinds_that_are(name: str, reference: Reference) -> None:
    with pytest.raises(DocumentError) as error:
        reader_for(name, reference)
    assert error.value.rule == "unknown_kind_of_file"
    assert error.value.message.startswith(name) and all(suffix in error.value.message for suffix in READERS)


def test_a_sidecar_whose_document_is_gone_is_refused(reference: Reference) -> None:
    with pytest.raises(
        DocumentError, match="describes a file that does not exist; add the file, or remove the sidecar"
    ) as error:
        reader_for("announcements/gone.meta.yaml", reference)
    assert error.value.rule == "sidecar_without_document"
