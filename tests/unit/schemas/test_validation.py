"""Splitting frames and refusing them: no row is lost, and the message says where."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from builders import frame_of
from hypothesis import given, settings
from hypothesis import strategies as st

from capex_pipeline.schemas import TABLES
from capex_pipeline.schemas.base import Number, Table, Text, column
from capex_pipeline.schemas.validation import REJECTION_COLUMNS, ContractError, failures, require, split

FX = TABLES["fx_rates"]


def a_model() -> type[Table]:
    """A model that nobody has seen yet: a name and a note, of which the name is ruled, and a number that may be missing."""

    class Named(Table, grain="name", key=["name", "note", "number"]):
        name: Text = column("A name.", str_matches="^[a-z]+$")
        note: Text = column("A note.")
        number: Number = column("A number.", optional=True)

    return Named


def named(*rows: tuple[str | None, str | None, float | None]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["name", "note", "number"]).astype(
        {"name": "str", "note": "str", "number": "float64"}
    )


@pytest.mark.slow("starts a process that imports everything")
def test_texts_have_one_storage_also_where_pandera_was_imported_first() -> None:
    script = """
import pandera.pandas
from capex_pipeline.reference import load
from capex_pipeline.schemas import TABLES
from capex_pipeline.schemas.derive import conform
from capex_pipeline.schemas.validation import failures
texts = load().definitions[["table"]].reset_index(drop=True).dropna()
rows = conform(texts.rename(columns={"table": "currency"}), TABLES["fx_rates"])
assert rows["currency"].dtype == texts["table"].dtype
assert set(failures(rows[["currency"]], TABLES["fx_rates"])["rule"]) == {"column_in_dataframe", "str_matches"}
"""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_breach_names_row_rule_column_and_value() -> None:
    frame = frame_of("fx_rates", {}, {"currency": "yuan"}).set_axis([10, 20])
    cases = failures(frame, FX)
    assert tuple(cases.columns) == REJECTION_COLUMNS
    assert cases.to_dict("records") == [{"row": 20, "rule": "str_matches", "column": "currency", "value": "yuan"}]


def test_a_rule_over_a_whole_row_is_one_breach_and_blames_no_column() -> None:
    frame = frame_of("figures", {}, {"value_low": np.inf, "value": np.inf, "value_high": np.inf})
    cases = failures(frame, TABLES["figures"])
    assert cases["rule"].tolist() == ["infinite_value"]
    assert cases["row"].tolist() == [1]
    assert pd.isna(cases["column"].iloc[0])


def test_a_rule_over_whole_rows_is_a_breach_on_each_row_that_breaks_it() -> None:
    wrong = {"value_low": 3.0, "value": 2.0, "value_high": 1.0}
    accepted, cases = split(frame_of("figures", wrong, {}, wrong), TABLES["figures"])
    assert cases["row"].tolist() == [0, 2]
    assert set(cases["rule"]) == {"bounds_out_of_order"}
    assert accepted.index.tolist() == [1]


def test_a_row_that_breaks_two_rules_over_whole_rows_says_both() -> None:
    wrong = {"value_low": np.inf, "value": 2.0, "value_high": 1.0}
    cases = failures(frame_of("figures", {}, wrong), TABLES["figures"])
    assert sorted(zip(cases["row"], cases["rule"], strict=True)) == [(1, "bounds_out_of_order"), (1, "infinite_value")]


def test_in_a_frame_that_is_laid_out_values_are_looked_at() -> None:
    model = a_model()
    assert failures(named(("a", "x", None), ("b", "y", 1.0)), model).empty
    cases = failures(named(("a", "x", None), ("B", "y", 1.0)), model)
    assert cases.to_dict("records") == [{"row": 1, "rule": "str_matches", "column": "name", "value": "B"}]


def test_what_may_not_be_missing_is_a_breach_and_what_may_is_none() -> None:
    for rows, column_, wrong in (
        ([("a", "x", 2.0), ("b", None, 1.0)], "note", 1),
        ([(None, "x", None), ("b", "y", 1.0)], "name", 0),
    ):
        cases = failures(named(*rows), a_model())
        assert cases[["row", "rule", "column"]].to_numpy().tolist() == [[wrong, "not_nullable", column_]]


def test_a_column_of_another_name_or_type_or_place_is_a_breach_of_the_table() -> None:
    frame = named(("a", "x", 1.0))
    for wrong, rules in (
        (frame.rename(columns={"note": "notes"}), {"column_in_dataframe", "column_in_schema"}),
        (frame[["note", "name", "number"]], {"column_ordered"}),
        (frame.assign(number=1), {"dtype"}),
        (frame.drop(columns="number"), {"column_in_dataframe"}),
    ):
        cases = failures(wrong, a_model())
        assert rules <= set(cases["rule"]) and cases["row"].isna().all()


def test_a_key_may_be_all_columns_and_a_missing_part_of_it_is_equal_to_a_missing_one() -> None:
    cases = failures(named(("a", "x", None), ("a", "x", 1.0), ("a", "x", None)), a_model())
    assert cases.to_dict("records") == [
        {"row": 2, "rule": "duplicate_key", "column": "name|note|number", "value": "a x -"}
    ]


def test_a_refusal_holds_the_rows_that_are_refused() -> None:
    frame = frame_of("fx_rates", {}, {"currency": "yuan"}, {"currency": "won", "average_rate": -1.0})
    with pytest.raises(ContractError) as error:
        require(frame, FX, "fx_rates")
    pd.testing.assert_frame_equal(error.value.rows, frame.iloc[[1, 2]])
    with pytest.raises(ContractError) as error:
        split(frame.astype({"fixings": "str"}), FX)
    assert error.value.rows.empty


def test_a_breach_of_the_whole_table_is_not_blamed_on_the_row_of_another() -> None:
    """A column is absent, and a row breaks a rule of another column: its document is not named for the first."""
    frame = frame_of("documents", {}, {"source_type": "rumour"}).drop(columns="title")
    with pytest.raises(ContractError) as error:
        require(frame, TABLES["documents"], "documents")
    assert str(error.value) == (
        "Table documents was not replaced: the table as a whole breaks column_in_dataframe in column Documents (value title) and 1 more. "
        "Look at the listed rows, correct the document or the rule, and build again."
    )
    pd.testing.assert_frame_equal(error.value.rows, frame.iloc[[1]])


def test_of_a_repeated_key_the_first_row_is_kept() -> None:
    same = {"currency": "CNY", "period_start": pd.Timestamp("2024-04-01"), "period_end": pd.Timestamp("2024-06-30")}
    frame = frame_of("fx_rates", same, same | {"average_rate": 7.0}, same | {"average_rate": 7.0})
    accepted, cases = split(frame, FX)
    assert accepted.index.tolist() == [0]
    assert cases["rule"].tolist() == ["duplicate_key", "duplicate_key"]
    assert cases["column"].iloc[0] == "currency|period_start|period_end"
    assert "CNY" in cases["value"].iloc[0]


def test_a_row_that_breaks_several_rules_is_rejected_once_and_says_all() -> None:
    frame = frame_of("fx_rates", {}, {"currency": "yuan", "average_rate": -7.0, "fixings": -1})
    accepted, cases = split(frame, FX)
    assert len(accepted) == 1
    assert sorted(cases["rule"]) == ["greater_than", "greater_than_or_equal_to", "str_matches"]
    assert set(cases["row"]) == {1}


def test_require_says_table_row_rule_and_remedy_and_counts_the_rest() -> None:
    frame = frame_of("fx_rates", {}, {"currency": "yuan"}, {"currency": "won"})
    with pytest.raises(ContractError) as error:
        require(frame, FX, "fx_rates")
    assert str(error.value) == (
        "Table fx_rates was not replaced: row 1 breaks str_matches in column currency (value yuan) and 1 more. "
        "Look at the listed rows, correct the document or the rule, and build again."
    )
    assert error.value.table == "fx_rates" and len(error.value.cases) == 2


def test_a_single_breach_counts_no_others_and_says_where_the_row_comes_from() -> None:
    place = {"document_id": "results", "path": "a.csv", "locator": "row 7"}
    frame = frame_of("figures", {}, {"value_low": 3.0, "value": 2.0, "value_high": 1.0, **place})
    with pytest.raises(ContractError) as error:
        require(frame, TABLES["figures"], "figures")
    assert str(error.value) == (
        "Table figures was not replaced: row 1 breaks bounds_out_of_order, "
        "document_id results, path a.csv, locator row 7. "
        "Look at the listed rows, correct the document or the rule, and build again."
    )
    nowhere = frame.assign(locator=pd.Series([None, None], dtype="str"))
    with pytest.raises(ContractError, match=r"document_id results, path a.csv\. Look"):
        require(nowhere, TABLES["figures"], "figures")


def test_a_breach_of_the_whole_table_has_no_place() -> None:
    frame = frame_of("fx_rates", {}, {}).astype({"average_rate": "str"})
    with pytest.raises(ContractError, match=r"the table as a whole breaks dtype in column average_rate \(value str\)"):
        require(frame, FX, "fx_rates")


def test_a_wrong_type_is_a_breach_of_the_table_and_nothing_is_split() -> None:
    frame = frame_of("fx_rates", {}, {}).astype({"average_rate": "str"})
    with pytest.raises(ContractError, match="the table as a whole breaks dtype in column average_rate"):
        split(frame, FX)


def test_a_frame_of_which_no_column_has_its_type_is_as_wrong_as_one_with_a_single_such_column() -> None:
    """Texts may lie in a column of objects; a number may not."""
    frame = named(("a", "b", 1.0))
    for wrong in (frame.astype("object"), frame.astype({"number": "object"})):
        (breach,) = failures(wrong, a_model()).to_dict("records")
        assert breach["column"] == "number" and "dtype" in breach["rule"]


def test_validation_changes_nothing_in_the_frame() -> None:
    frame = frame_of("fx_rates", {}, {"currency": "yuan"})
    before = frame.copy(deep=True)
    split(frame, FX)
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.slow("validates many rows that Hypothesis draws")
@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["USD", "CNY", "yuan", None]),
            st.sampled_from([1.0, 0.0, -1.0, np.nan]),
            st.integers(-1, 2),
            st.integers(0, 2),
        ),
        max_size=6,
    )
)
def test_rows_read_are_rows_accepted_and_rows_rejected(rows: list[tuple[str | None, float, int, int]]) -> None:
    frame = frame_of("fx_rates", {}).iloc[:0] if not rows else frame_of("fx_rates", *(
        {"currency": currency, "average_rate": rate, "fixings": fixings, "period_start": pd.Timestamp(2024, 1, 1 + day)}
        for currency, rate, fixings, day in rows
    ))  # fmt: skip
    accepted, cases = split(frame, FX)
    assert len(frame) == len(accepted) + cases["row"].nunique()
    assert failures(accepted, FX).empty
    assert not accepted.duplicated(["currency", "period_start", "period_end"]).any()
