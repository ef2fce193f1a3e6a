"""Whom may be asked, and as whom."""

from __future__ import annotations

import pytest

from capex_pipeline.refresh.addresses import Sources, check_address, contact
from capex_pipeline.refresh.http_types import RefreshError


@pytest.mark.parametrize(
    "url",
    [
        "https://data.sec.gov/api/xbrl/companyfacts/CIK0000789019.json",
        "https://www.sec.gov:443/Archives/edgar/data/1/2/index.json",
        "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist.zip",
        "http://127.0.0.1:8000/x",
        "http://localhost:8000/x",
        "http://[::1]:8000/x",
    ],
)
def test_the_sources_and_this_machine_may_be_asked(url: str) -> None:
    check_address(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://data.sec.gov/x",
        "https://data.sec.gov.example.org/x",
        "https://example.org/https://data.sec.gov/",
        "https://data.sec.gov@example.org/x",
        "https://user:word@data.sec.gov/x",
        "https://data.sec.gov:8443/x",
        "https://data.sec.gov/x?next=1",
        "http://169.254.169.254/latest/meta-data",
        "http://10.0.0.1/x",
        "file:///etc/passwd",
        "https://[::1/x",
        "",
    ],
)
def test_nothing_else_is_asked(url: str) -> None:
    with pytest.raises(RefreshError) as caught:
        check_address(url)
    assert caught.value.rule == "address_not_allowed"
    assert "word" not in caught.value.message


def test_base_addresses_are_checked_when_they_are_given() -> None:
    assert Sources(sec_data="https://data.sec.gov/").sec_data == "https://data.sec.gov"
    for base in ("https://example.org", "http://www.sec.gov", "https://www.sec.gov/Archives"):
        with pytest.raises(RefreshError, match=r"is not a permitted address|has a path"):
            Sources(sec_archives=base)


@pytest.mark.parametrize("text", ["Example Ltd data@example.org", "Jo Doe <jo.doe@mail.example.org>", "  A b@c.de  "])
def test_a_name_and_a_mail_address_are_a_contact(text: str) -> None:
    assert contact(text) == text.strip()


@pytest.mark.parametrize("text", [None, "", "  "])
def test_without_a_contact_the_sentence_says_what_to_set(text: str | None) -> None:
    with pytest.raises(RefreshError, match=r"set CAPEX_PIPELINE_CONTACT to a name and a mail address") as caught:
        contact(text)
    assert caught.value.rule == "no_contact"


@pytest.mark.parametrize(
    "text",
    [
        "secretword",
        "secretword@example.org",
        "Secretword Ltd\r\nX: y a@b.de",
        "Secretword ä a@b.de",
        "Secretword " * 40 + "a@b.de",
    ],
)
def test_what_is_no_contact_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(RefreshError) as caught:
        contact(text)
    assert caught.value.rule == "no_contact"
    assert "secretword" not in caught.value.message.lower()
