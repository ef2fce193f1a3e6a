"""Mistakes in reference files: each is refused with a sentence that names the entry, the file, what is wrong and what to do."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from capex_pipeline.reference import PACKAGE, ReferenceError, load
from capex_pipeline.reference.content import FILES

Edit = Callable[[Any], object]


def refusal(tmp_path: Path, name: str, edit: Edit, *, alone: bool = False) -> str:
    """The error for a copy of the package's reference folder in which one file was edited. alone: the copy holds no other file, for mistakes
    that are found while a file is read, before files are held against each other.
    """
    folder = tmp_path / "reference"
    if alone:
        folder.mkdir()
    else:
        shutil.copytree(PACKAGE, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    content = yaml.load((PACKAGE / name).read_bytes(), Loader=yaml.CSafeLoader)
    edit(content)
    written = yaml.dump(content, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True)
    (folder / name).write_text(written, encoding="utf-8")
    with pytest.raises(ReferenceError) as error:
        load(package=folder)
    return str(error.value)


def entry(content: Any, identifier: str) -> Any:
    """The entry of a file with this id."""
    entries = next(value for value in content.values() if isinstance(value, list))
    return next(one for one in entries if identifier in one.values())


def with_(identifier: str, **changed: Any) -> Edit:
    """Sets keys of an entry."""
    return lambda content: entry(content, identifier).update(changed)


def with_first(identifier: str, part: str, **changed: Any) -> Edit:
    """Sets keys of the first element of a list in an entry."""
    return lambda content: entry(content, identifier)[part][0].update(changed)


def another(identifier: str, **changed: Any) -> Edit:
    """Appends a copy of an entry with some keys changed."""

    def edit(content: Any) -> None:
        entries = next(value for value in content.values() if isinstance(value, list))
        entries.append(copy.deepcopy(entry(content, identifier)) | changed)

    return edit


COMPANY = {"entity_id": "example", "name": "Example", "type": "company", "currency": "USD"}
CAPEX_RULE = {
    "metric": "capex",
    "definition_id": "cash_purchases",
    "taxonomy": "us-gaap",
    "concept": "X",
    "unit": "USD",
    "reason": "r",
}

TYPES: dict[str, tuple[str, Edit, str]] = {
    "an unknown key": ("entities.yaml", with_("alibaba", curency="CNY"), "reference/entities.yaml, alibaba has the unknown key curency; did you mean currency?"),
    "a key of the top level": ("entities.yaml", lambda c: c.update(entitis=[]), "reference/entities.yaml has the unknown key entitis; did you mean entities?"),
    "a missing key": ("metrics.yaml", lambda c: entry(c, "capex").pop("kind"), "reference/metrics.yaml, capex, kind is missing; add it."),
    "text for a number": ("entities.yaml", with_("alibaba", cik="1577552"), "reference/entities.yaml, alibaba, cik is '1577552', which is not a whole number"),
    "true for a number": ("entities.yaml", with_("alibaba", cik=True), "alibaba, cik is True, which is not a whole number"),
    "a number for text": ("entities.yaml", with_("alibaba", name=2024), "alibaba, name is 2024, which is not text; write text"),
    "a switch for text": ("products.yaml", with_("h20", aliases=[False]), "h20, aliases 1 is False, which is not text"),
    "text for a switch": ("entities.yaml", with_("alibaba", private="no"), "alibaba, private is 'no'; write true or false, without quotes"),
    "a date in quotes": ("breaks.yaml", lambda c: c["breaks"][0].update({"from": "2024-07-01"}), "from is '2024-07-01', which is not a date; write it as 2024-08-20"),
    "a list for text": ("definitions.yaml", with_("cash_purchases", description=["x"]), "cash_purchases, description is ['x'], which is not text"),
    "text for a list": ("entities.yaml", with_("alibaba", aliases="BABA"), "alibaba, aliases is 'BABA', which is not a list"),
    "text for a mapping": ("entities.yaml", with_("alibaba", fiscal_year_end="March"), "alibaba, fiscal_year_end is 'March', which is not a mapping"),
    "a text for an entry": ("entities.yaml", lambda c: c["entities"].append("meta"), "entities 25 is 'meta', which is not a mapping"),
    "empty text": ("entities.yaml", with_("alibaba", name=" "), "alibaba, name is empty"),
    "a word that is not in the list": ("definitions.yaml", with_("cash_purchases", basis="csh"), "cash_purchases, basis is 'csh'; write one of cash, accrual, mixed, segment, statement, model."),
    "a table that is not published": ("metrics.yaml", with_("capex", table="capexes"), "capex, table is 'capexes'; write one of capex, gpu_shipments, cloud_revenue, gpu_unit_prices."),
    "a month 13": ("entities.yaml", with_("alibaba", fiscal_year_end={"month": 13, "rule": "month_end"}), "alibaba, fiscal_year_end, month is 13: input should be less than or equal to 12; correct it."),
    "an unknown rule of the year end": ("entities.yaml", with_("alibaba", fiscal_year_end={"month": 3, "rule": "last_day"}), "rule is 'last_day'; write one of month_end, last_monday"),
    "an id that is not an identifier": ("products.yaml", with_("h20", product_id="H 20"), "product_id is 'H 20', which does not have the form"),
    "a currency in words": ("entities.yaml", with_("alibaba", currency="yuan"), "alibaba, currency is 'yuan', which does not have the form ^[A-Z]{3}$"),
    "a magnitude upside down": ("metrics.yaml", with_("capex", magnitude={"low": 5, "high": 1}), "capex, magnitude has high 1, which is not above low 5"),
    "a span that ends before it starts": (
        "entities.yaml",
        with_("alibaba", preferred_definitions={"capex": [{"definition_id": "cash_purchases", "from": date(2024, 1, 1), "to": date(2023, 1, 1)}]}),
        "ends on 2023-01-01, before it starts on 2024-01-01; correct the dates.",
    ),
    "a sign of 0": ("filers.yaml", with_first("meta", "concepts", sign=0), "reference/filers.yaml, meta, concepts 1, sign is 0; write one of 1, -1."),
    "a filing window upside down": (
        "filers.yaml",
        with_first("meta", "concepts", filed_from=date(2020, 1, 1), filed_to=date(2019, 1, 1)),
        "meta, concepts 1 ends on 2019-01-01, before it starts on 2020-01-01",
    ),
    "a sum of one term": ("filers.yaml", with_first("meta", "sums", terms=[{"metric": "capex", "definition_id": "cash_purchases"}]), "meta, sums 1 has fewer than two different terms"),
    "a segment without its prefix": ("filers.yaml", with_first("oracle", "segments", concepts=["Revenues"]), "oracle, segments 1, concepts 1 is 'Revenues', which does not have the form"),
    "an annual form that is not periodic": ("filers.yaml", lambda c: c["forms"]["annual"].append("10-Z"), "annual forms that are not among the periodic ones (10-Z)"),
    "what entities.yaml says": ("filers.yaml", with_("meta", currency="USD"), "reference/filers.yaml, meta has the unknown key currency"),
    "a day of the year that is not one": ("earnings_weeks.yaml", lambda c: c["earnings_weeks"][0].update(to="02-32"), "to is '02-32', which does not have the form"),
    "a rate of 0": ("currencies.yaml", lambda c: c["rough_per_usd"].update(EUR=0), "rough_per_usd, EUR is 0"),
    "a rate in words": ("currencies.yaml", lambda c: c["rough_per_usd"].update(EUR="0.9"), "rough_per_usd, EUR is '0.9', which is not a number"),
    "a word that YAML reads as a switch": ("text.yaml", lambda c: c["up"].append(True), "reference/text.yaml, up"),
    "an acceptance of every change": (
        "accepted_changes.yaml",
        lambda c: c["accepted_changes"].append({"table": "capex_by_definition", "entity_id": "meta", "reason": "r"}),
        "has neither new nor from_release, so it would accept every later change too; add one of them.",
    ),
}  # fmt: skip

CONTRADICTIONS: dict[str, tuple[str, Edit, str]] = {
    "an id twice": ("entities.yaml", another("alibaba"), "alibaba in reference/entities.yaml occurs twice; remove one of the two entries."),
    "a name of two companies": ("entities.yaml", with_("alibaba", aliases=["tencent"]), "has the name"),
    "a name of two products": ("products.yaml", with_("h20", aliases=["H100"]), "h20 in reference/products.yaml has the name H100, which h100 in reference/products.yaml has too"),
    "a CIK of two companies": ("entities.yaml", with_("alibaba", former_ciks=[1326801]), "has the CIK 1326801, which alibaba in reference/entities.yaml has too"),
    "a former CIK without a present one": ("entities.yaml", with_("tencent", former_ciks=[5]), "tencent in reference/entities.yaml has former_ciks but no cik"),
    "a currency without a rough rate": ("entities.yaml", with_("alibaba", currency="XAU"), "alibaba in reference/entities.yaml names the unknown currency XAU (did you mean AUD?); add it to currencies.yaml"),
    "an unknown member": ("entities.yaml", with_("us_four", members=["metta"]), "us_four in reference/entities.yaml names the unknown member metta (did you mean meta?); add it to entities.yaml, or correct the spelling."),
    "a group in a group": ("entities.yaml", with_("us_four", members=["china_buyers"]), "has the group china_buyers as a member"),
    "a member twice": ("entities.yaml", with_("us_four", members=["meta", "meta"]), "names a member twice"),
    "members of a company": ("entities.yaml", with_("alibaba", members=["meta"]), "is a company and has members"),
    "preferences of a group": ("entities.yaml", with_("us_four", preferred_definitions={"capex": [{"definition_id": "press_claim"}]}), "us_four in reference/entities.yaml is a group and has preferred_definitions"),
    "an unknown definition": (
        "entities.yaml",
        with_("alibaba", preferred_definitions={"capex": [{"definition_id": "cash_purchase"}]}),
        "names the unknown definition cash_purchase among its preferred definitions (did you mean cash_purchases?)",
    ),
    "a definition of another metric": (
        "entities.yaml",
        with_("alibaba", preferred_definitions={"capex": [{"definition_id": "total_revenue"}]}),
        "uses the definition total_revenue among its preferred definitions for capex, but total_revenue in reference/definitions.yaml is a definition of revenue",
    ),
    "an unknown metric": ("entities.yaml", with_("alibaba", preferred_definitions={"capx": [{"definition_id": "cash_purchases"}]}), "names the unknown metric capx among its preferred definitions (did you mean capex?)"),
    "two preferred definitions at once": (
        "entities.yaml",
        with_("alibaba", preferred_definitions={"capex": [{"definition_id": "cash_purchases", "to": date(2024, 1, 1)}, {"definition_id": "fcf_deduction", "from": date(2024, 1, 1)}]}),
        "alibaba in reference/entities.yaml prefers both cash_purchases and fcf_deduction for capex at the same time",
    ),
    "a definition of a metric that does not exist": ("definitions.yaml", with_("aws_segment", metric="cloud"), "aws_segment in reference/definitions.yaml names the unknown metric cloud"),
    "a note on an unknown company": ("definitions.yaml", with_("aws_segment", entity_notes={"nobody": "x"}), "names the unknown entity nobody in entity_notes"),
    "a sum of one term": ("definitions.yaml", with_("operating_cash_flow_less_cash_purchases", computed_from=[{"metric": "capex", "definition_id": "cash_purchases"}]), "has fewer than two different terms; list what is added"),
    "a sum of a definition of another metric": ("definitions.yaml", with_("operating_cash_flow_less_cash_purchases", computed_from=[{"metric": "capex", "definition_id": "cash_purchases"}, {"metric": "revenue", "definition_id": "net_cash_from_operations"}]), "uses the definition net_cash_from_operations for revenue"),
    "a sum without a metric": ("definitions.yaml", with_("as_printed", computed_from=[{"metric": "capex", "definition_id": "cash_purchases"}, {"metric": "revenue", "definition_id": "total_revenue"}]), "has computed_from without a metric"),
    "narrower than an unknown definition": ("definitions.yaml", with_("aws_segment", narrower_than="nothing"), "names the unknown definition nothing in narrower_than"),
    "recast of an unknown definition": ("definitions.yaml", with_("aws_segment", recast_of="nothing"), "names the unknown definition nothing in recast_of"),
    "narrower than another metric": ("definitions.yaml", with_("aws_segment", narrower_than="cash_purchases"), "is narrower than cash_purchases, which is of another metric"),
    "narrower than itself": ("definitions.yaml", with_("baidu_ai_cloud", narrower_than="baidu_ai_cloud_infra"), "is narrower than itself by way of"),
    "a part that is compared alone": ("definitions.yaml", with_("baidu_ai_cloud_infra", compared_alone=True), "is compared_alone and also narrower_than another or comparable"),
    "a comparable definition that is compared alone": ("definitions.yaml", with_("aws_segment", compared_alone=True), "is compared_alone and also narrower_than another or comparable"),
    "a product of an unknown maker": ("products.yaml", with_("h20", supplier_id="nvida"), "h20 in reference/products.yaml names the unknown supplier nvida (did you mean nvidia?)"),
    "a product at the price of nothing": ("products.yaml", with_("a800", priced_as="a1000"), "a800 in reference/products.yaml is priced as a1000, which is not a product"),
    "a product of a group": ("products.yaml", with_("h20", supplier_id="us_four"), "h20 in reference/products.yaml has the group us_four as its supplier"),
    "a break of an unknown company": ("breaks.yaml", with_("meta", entity_id="metta"), "metta, capex, 2019-01-01 in reference/breaks.yaml names the unknown entity metta"),
    "a break of an unknown definition": ("breaks.yaml", with_("meta", to_definition="cash"), "names the unknown definition cash"),
    "a break of another metric's definition": ("breaks.yaml", with_("meta", to_definition="total_revenue"), "uses the definition total_revenue for capex"),
    "a difference of an unknown company": ("known_differences.yaml", with_("alphabet", entity_id="alfabet"), "reference/known_differences.yaml names the unknown entity alfabet (did you mean alphabet?)"),
    "a contradiction twice": ("reviewed_claims.yaml", another("reuters-2025-03-19-tencent-results#T1/level"), "occurs twice"),
    "a filer that is no company": ("filers.yaml", with_("meta", entity_id="metta"), "metta in reference/filers.yaml names the unknown entity metta"),
    "a filer without a CIK": ("filers.yaml", with_("meta", entity_id="tencent"), "tencent in reference/entities.yaml lacks cik, which tencent in reference/filers.yaml needs"),
    "rules that read none of the company's currency": ("entities.yaml", with_("meta", currency="EUR"), "meta in reference/entities.yaml reports in EUR, and the rules of meta in reference/filers.yaml read USD only; correct"),
    "a filer twice": ("filers.yaml", another("meta"), "meta in reference/filers.yaml occurs twice"),
    "a concept of an unknown metric": ("filers.yaml", with_first("meta", "concepts", metric="capx"), "meta in reference/filers.yaml names the unknown metric capx"),
    "a concept of another metric's definition": ("filers.yaml", with_first("meta", "concepts", definition_id="total_revenue"), "uses the definition total_revenue for capex"),
    "a term that no rule reads": (
        "filers.yaml",
        lambda c: entry(c, "meta")["sums"][0]["terms"][1].update(metric="finance_lease_assets", definition_id="finance_lease_assets"),
        "adds finance_lease_assets (finance_lease_assets) in the sum cash_and_lease_principal, but none of its concepts or segments gives that",
    ),
    "a fact that no rule reads": ("filers.yaml", with_first("oracle", "set_aside", concept="us-gaap:Assets"), "sets aside a fact of us-gaap:Assets, which none of its rules reads"),
    "a segment of an unknown company": ("text.yaml", lambda c: c["segments"].update(amazn=["aws"]), "text.yaml names the unknown entity amazn under segments; declare it (did you mean amazon?)."),
    "another definition of an unknown company": ("text.yaml", lambda c: c["cloud_definitions"].update(microsft={}), "text.yaml names the unknown entity microsft under cloud_definitions"),
    "an unknown other definition": ("text.yaml", lambda c: c["cloud_definitions"].update(meta={"metacloud": ["meta cloud"]}), "text.yaml names the unknown definition metacloud under cloud_definitions"),
    "an unknown definition for articles": ("text.yaml", lambda c: c["definitions"].update(capex="press"), "text.yaml names the unknown definition press under definitions"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", TYPES)
def test_a_value_of_a_wrong_type_is_refused_with_its_place_and_remedy(mistake: str, tmp_path: Path) -> None:
    name, edit, sentence = TYPES[mistake]
    assert sentence in refusal(tmp_path, name, edit, alone=True)


@pytest.mark.parametrize("mistake", CONTRADICTIONS)
def test_a_contradiction_is_refused_with_its_place_and_remedy(mistake: str, tmp_path: Path) -> None:
    name, edit, sentence = CONTRADICTIONS[mistake]
    assert sentence in refusal(tmp_path, name, edit)


def test_all_mistakes_are_reported_at_once(tmp_path: Path) -> None:
    def edit(content: Any) -> None:
        entry(content, "alibaba").update(cik="x", private="no")
        entry(content, "meta").pop("name")

    lines = refusal(tmp_path, "entities.yaml", edit, alone=True).splitlines()
    assert [line.split(", ")[1:3] for line in lines] == [
        ["alibaba", "cik is 'x'"],
        ["alibaba", "private is 'no'; write true or false"],
        ["meta", "name is missing; add it."],
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("metrics: [", "reference/metrics.yaml is not valid YAML at line 2"),
        ("metrics: []\nmetrics: []\n", "the key metrics occurs twice"),
        ("a: &x [1]\nb: *x\n", "aliases (*name) are not accepted"),
        ("- capex", "must hold one mapping"),
        ("metrics: [{metric_id: !!python/name:os.system x}]", "is not valid YAML"),
        ("metrics: " + "[" * 40 + "]" * 40, "nested too deeply"),
    ],
)
def test_a_file_that_is_not_plain_yaml_is_refused(text: str, sentence: str, tmp_path: Path) -> None:
    folder = tmp_path / "reference"
    folder.mkdir()
    (folder / "metrics.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ReferenceError) as error:
        load(package=folder)
    assert sentence in str(error.value)


def test_every_file_of_the_package_is_declared() -> None:
    assert sorted(path.name for path in PACKAGE.glob("*.y*ml")) == sorted(FILES)
