"""From the words of a PDF to rows and columns."""

import sys
from pathlib import Path

import pytest

from capex_pipeline.printed_tables import pdf_tables, pdf_words
from capex_pipeline.printed_tables.layout import PrintedCell, read_layout
from capex_pipeline.raw.errors import DocumentError

sys.path.insert(0, str(Path(__file__).parent))

from pdf_files import centred, pdf, right

Texts = list[tuple[str, float, float]]

HEADS: Texts = [
    centred("STATEMENTS OF CASH FLOWS", 306, 40),
    centred("(In millions)", 306, 54),
    centred("Three Months Ended", 335, 80),
    centred("Six Months Ended", 495, 80),
    *(
        centred(text, middle, 94)
        for text, middle in (("June 30,", 300), ("June 30,", 370), ("June 30,", 460), ("June 30,", 530))
    ),
    *(centred(text, middle, 108) for text, middle in (("2024", 300), ("2023", 370), ("2024", 460), ("2023", 530))),
]


def row(label: str, values: list[str], y: float, indent: float = 0) -> Texts:
    return [
        (label, 40 + indent, y),
        *(right(value, edge, y) for value, edge in zip(values, (315, 385, 475, 545), strict=False)),
    ]


@pytest.fixture(autouse=True)
def _pages_are_read_in_this_process(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Starting a process takes longer than the rest of a test. Those of documents that cannot be read start it."""

    def words_of(data: bytes, name: str) -> list[list[pdf_words.Word]]:
        return [[pdf_words.Word(*word) for word in page] for page in pdf_words._read(data)["pages"]]

    if "process_of_its_own" not in request.fixturenames:
        monkeypatch.setattr(pdf_tables, "words_of", words_of)


@pytest.fixture
def process_of_its_own() -> None:
    """Pages are read as a build reads them."""


def cells(*pages: Texts) -> list[PrintedCell]:
    return read_layout(pdf_tables.read_tables(pdf(*pages), "report.pdf"), "USD")


def shown(found: list[PrintedCell]) -> list[tuple[str, str, float | None]]:
    return [(cell.label, " ".join(cell.heads), cell.value) for cell in found]


def test_heads_are_given_the_columns_over_which_they_are_centred() -> None:
    found = cells(
        [
            *HEADS,
            *row("Revenue", ["1,500", "1,400", "3,000", "2,800"], 130),
            *row("Capex", ["(50)", "(40)", "(90)", "(80)"], 144),
        ]
    )
    assert shown(found) == [
        ("Revenue", "Three Months Ended June 30, 2024", 1500e6),
        ("Revenue", "Three Months Ended June 30, 2023", 1400e6),
        ("Revenue", "Six Months Ended June 30, 2024", 3000e6),
        ("Revenue", "Six Months Ended June 30, 2023", 2800e6),
        ("Capex", "Three Months Ended June 30, 2024", -50e6),
        ("Capex", "Three Months Ended June 30, 2023", -40e6),
        ("Capex", "Six Months Ended June 30, 2024", -90e6),
        ("Capex", "Six Months Ended June 30, 2023", -80e6),
    ]
    assert found[0].place == "page 1, table 1"


@pytest.mark.parametrize("left", [238, 283, 318])
def test_a_day_without_a_year_belongs_to_all_years_below_it_wherever_it_is_aligned(left: float) -> None:
    """Left, centred and right above two columns, of which each is 60 points wide."""
    found = cells(
        [
            ("(In millions)", 40, 62),
            ("Three Months Ended", left - 10, 80),
            ("March 31,", left, 94),
            *(right(year, edge, 108) for year, edge in (("2023", 300), ("2024", 360))),
            *(("Revenue", 40, 130), right("1,400", 300, 130), right("1,500", 360, 130)),
            *(("Capex", 40, 144), right("(40)", 300, 144), right("(50)", 360, 144)),
        ]
    )
    assert shown(found) == [
        ("Revenue", "Three Months Ended March 31, 2023", 1400e6),
        ("Revenue", "Three Months Ended March 31, 2024", 1500e6),
        ("Capex", "Three Months Ended March 31, 2023", -40e6),
        ("Capex", "Three Months Ended March 31, 2024", -50e6),
    ]


def test_spans_at_the_left_of_their_cells_belong_to_the_years_below_them_in_order() -> None:
    edges = (300, 370, 460, 530)
    years = [right(year, edge, 94) for year, edge in zip(("2024", "2023", "2024", "2023"), edges, strict=True)]
    values = [right(value, edge, 116) for value, edge in zip(("5", "4", "9", "8"), edges, strict=True)]
    spans: Texts = [("Three Months Ended", 230, 80), ("Six Months Ended", 372, 80)]
    found = cells([*spans, *years, ("Revenue", 40, 116), *values])
    assert [" ".join(cell.heads) for cell in found] == [
        "Three Months Ended 2024",
        "Three Months Ended 2023",
        "Six Months Ended 2024",
        "Six Months Ended 2023",
    ]


@pytest.mark.parametrize(
    ("quarters", "groups"),
    [
        (("Q1", "Q2", "Q3", "Q4", "Q1"), (4, 1)),
        (("3Q", "4Q", "1Q", "2Q"), (2, 2)),
        (("Q2", "Q1", "Q4", "Q3", "Q2", "Q1"), (2, 4)),
    ],
)
@pytest.mark.parametrize("side", ["left", "right"])
def test_a_year_above_quarters_covers_them_up_to_the_next_year_wherever_it_is_aligned(
    quarters: tuple[str, ...], groups: tuple[int, int], side: str
) -> None:
    edges = [260 + 60 * number for number in range(len(quarters))]
    years = ("Fiscal 2025", "Fiscal 2026")
    firsts = (0, groups[0])
    lasts = (groups[0] - 1, len(quarters) - 1)
    heads = [
        right(year, edges[last], 80) if side == "right" else (year, edges[first] - 52, 80)
        for year, first, last in zip(years, firsts, lasts, strict=True)
    ]
    found = cells(
        [
            *heads,
            *(right(name, edge, 94) for name, edge in zip(quarters, edges, strict=True)),
            *(("Capex", 40, 116), *(right(f"{number + 11}", edge, 116) for number, edge in enumerate(edges))),
        ]
    )
    of_years = [years[0]] * groups[0] + [years[1]] * groups[1]
    assert [" ".join(cell.heads) for cell in found] == [
        f"{year} {name}" for year, name in zip(of_years, quarters, strict=True)
    ]


def test_days_of_two_columns_stay_apart() -> None:
    """A balance sheet: each day has a year of its own."""
    found = cells(
        [
            *(right(day, edge, 94) for day, edge in (("March 31,", 300), ("December 31,", 390))),
            *(right(year, edge, 108) for year, edge in (("2024", 300), ("2023", 390))),
            *(("Cash", 40, 130), right("1,400", 300, 130), right("1,500", 390, 130)),
        ]
    )
    assert [" ".join(cell.heads) for cell in found] == ["March 31, 2024", "December 31, 2023"]


def test_a_label_over_two_lines_is_one_label_wherever_its_numbers_stand() -> None:
    numbers = ["5", "4", "9", "8"]
    found = cells(
        [*HEADS, *row("Revenue", numbers, 130), ("Net cash provided by", 40, 144), *row("operating activities", numbers, 156),
         *row("Purchases of property", numbers, 180), ("and equipment", 48, 191)]
    )  # fmt: skip
    assert list(dict.fromkeys(cell.label for cell in found)) == [
        "Revenue",
        "Net cash provided by operating activities",
        "Purchases of property and equipment",
    ]


def test_a_table_that_goes_on_at_the_top_of_a_page_keeps_heads_and_unit() -> None:
    found = cells(
        [*HEADS, *row("Revenue", ["5", "4", "9", "8"], 130)], [*row("Capex", ["3", "2", "7", "6"], 40), ("2", 306, 760)]
    )
    assert shown(found)[4:] == [
        ("Capex", "Three Months Ended June 30, 2024", 3e6),
        ("Capex", "Three Months Ended June 30, 2023", 2e6),
        ("Capex", "Six Months Ended June 30, 2024", 7e6),
        ("Capex", "Six Months Ended June 30, 2023", 6e6),
    ]
    assert found[4].place == "page 2, table 1"


def test_prose_between_two_tables_parts_them() -> None:
    prose = "The following amounts are shown in thousands, which differs from the statements above on this page."
    found = cells(
        [*HEADS, *row("Revenue", ["5", "4", "9", "8"], 130), (prose, 40, 180), ("(In thousands)", 250, 200),
         centred("2024", 300, 215), centred("2023", 370, 215), *row("Revenue", ["6", "5"], 230), *row("Capex", ["3", "2"], 244)]
    )  # fmt: skip
    assert shown(found)[4:] == [
        ("Revenue", "2024", 6e3),
        ("Revenue", "2023", 5e3),
        ("Capex", "2024", 3e3),
        ("Capex", "2023", 2e3),
    ]


def test_dot_leaders_and_a_bracket_apart_from_its_number_are_no_text() -> None:
    found = cells(
        [
            *HEADS,
            ("Capex . . . . . . . . . . .", 40, 130),
            right("(50", 312, 130),
            (")", 313.5, 130),
            right("40", 385, 130),
            *row("Revenue", ["5", "4", "9", "8"], 144),
        ]
    )
    assert shown(found)[:2] == [
        ("Capex", "Three Months Ended June 30, 2024", -50e6),
        ("Capex", "Three Months Ended June 30, 2023", 40e6),
    ]


def test_headings_keep_their_indents() -> None:
    numbers = ["5", "4", "9", "8"]
    found = cells(
        [
            *HEADS,
            ("Revenue:", 40, 130),
            *row("Cloud", numbers, 144, 12),
            ("Operating income:", 40, 158),
            *row("Cloud", numbers, 172, 12),
            *row("Total", numbers, 186),
        ]
    )
    assert [cell.headings[-1:] for cell in found[::4]] == [("Revenue:",), ("Operating income:",), ()]


@pytest.mark.usefixtures("process_of_its_own")
@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"no document", "unreadable"),
        (b"%PDF-1.4\n" + b"\0" * 1000, "unreadable"),
        (pdf([], [], []), "scanned"),
        (
            pdf([("Capital expenditures 8,729", 40, 40 + 12 * line) for line in range(20)], has_letters=False),
            "without_letters",
        ),
        (pdf(*[[("x", 40, 40)]] * (pdf_words.MOST_PAGES + 1)), "too_many_cells"),
    ],
)
def test_documents_without_readable_text_end_in_a_sentence(data: bytes, rule: str) -> None:
    with pytest.raises(DocumentError) as caught:
        pdf_tables.read_tables(data, "report.pdf")
    assert caught.value.rule == rule
    assert caught.value.message.startswith("report.pdf ")


@pytest.mark.usefixtures("process_of_its_own")
def test_an_encrypted_document_is_named_as_such() -> None:
    document = pdf([("x", 40, 40)])
    locked = "<< /Filter /Standard /V 1 /R 2 /O (" + "a" * 32 + ") /U (" + "b" * 32 + ") /P -4 >>"
    place = document.rindex(b"trailer\n<<") + len(b"trailer\n<<")
    data = (
        document[:place] + f" /Encrypt {locked} /ID [(0123456789abcdef) (0123456789abcdef)]".encode() + document[place:]
    )
    with pytest.raises(DocumentError) as caught:
        pdf_tables.read_tables(data, "report.pdf")
    assert caught.value.rule == "encrypted"


@pytest.mark.usefixtures("process_of_its_own")
def test_a_process_that_ends_badly_is_a_document_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_words.sys, "executable", "/bin/false")
    with pytest.raises(DocumentError, match="cannot be read within"):
        pdf_words.words_of(b"", "report.pdf")


def test_heads_as_close_as_words_are_parted_by_kind() -> None:
    # columns 45 points apart; "Q2 FY24" is about 38 points wide, so that the gaps are those between words
    found = cells(
        [
            centred("(In millions)", 306, 54),
            ("Q2 FY24 Q1 FY24 Q2 FY23", 288, 80),
            ("Revenue", 40, 94),
            *(right(value, edge, 94) for value, edge in zip(("135", "71", "67"), (325, 370, 412), strict=True)),
            ("Costs", 40, 108),
            *(right(value, edge, 108) for value, edge in zip(("35", "21", "17"), (325, 370, 412), strict=True)),
        ]
    )
    assert shown(found)[:3] == [
        ("Revenue", "Q2 FY24", 135e6),
        ("Revenue", "Q1 FY24", 71e6),
        ("Revenue", "Q2 FY23", 67e6),
    ]


@pytest.mark.parametrize(
    ("heads", "left", "edges"),
    [
        (("June 30, 2024", "December 31, 2023"), "June 30, 2024December 31, 2023", (352, 430)),
        (("1Q24", "1Q24 over 4Q23"), "1Q24 1Q24 over 4Q23", (308, 372)),
    ],
)
def test_heads_that_touch_are_given_to_their_own_columns(
    heads: tuple[str, str], left: str, edges: tuple[float, float]
) -> None:
    found = cells(
        [
            centred("(In millions)", 306, 54), (left, 288, 80),
            ("Revenue", 40, 94), *(right(value, edge, 94) for value, edge in zip(("135", "71"), edges, strict=True)),
            ("Costs", 40, 108), *(right(value, edge, 108) for value, edge in zip(("35", "21"), edges, strict=True)),
        ]
    )  # fmt: skip
    assert [(cell.label, cell.heads[-1], cell.text.numeral) for cell in found[:2]] == [
        ("Revenue", heads[0], "135"), ("Revenue", heads[1], "71"),
    ]  # fmt: skip


def test_heads_centred_over_cells_cover_the_columns_of_these_cells() -> None:
    """Cells are 72 points wide from 240 on, and numbers of 30 points end at their right edges."""
    edges = (312, 384, 456, 528, 600)
    found = cells(
        [
            centred("(In millions)", 300, 54), centred("Three months ended", 348, 80), centred("Six months ended", 528, 80),
            *(right(day, edge, 94) for day, edge in zip(("June 30", "March 31", "June 30", "June 30", "June 30"), edges, strict=True)),
            *(right(year, edge, 106) for year, edge in zip(("2024", "2024", "2023", "2024", "2023"), edges, strict=True)),
            ("Revenue", 40, 120), *(right(value, edge, 120) for value, edge in zip(("9,100", "8,200", "7,300", "17,300", "14,400"), edges, strict=True)),
            ("Costs", 40, 134), *(right(value, edge, 134) for value, edge in zip(("5,100", "4,200", "3,300", "9,300", "6,400"), edges, strict=True)),
        ]
    )  # fmt: skip
    assert [cell.heads[0] for cell in found[:5]] == ["Three months ended"] * 3 + ["Six months ended"] * 2


def test_the_first_line_of_a_head_of_two_lines_does_not_cover_the_column_beside_it() -> None:
    edges = (300, 380, 460, 540)
    found = cells(
        [
            centred("(In millions)", 400, 54), centred("2024", 300, 80), centred("2023", 460, 80), right("% of total", 380, 94), right("% of total", 540, 94),
            *(right(head, edge, 106) for head, edge in zip(("Amount", "revenue", "Amount", "revenue"), edges, strict=True)),
            ("Services", 40, 120), *(right(value, edge, 120) for value, edge in zip(("9,100", "40%", "7,300", "38%"), edges, strict=True)),
            ("Goods", 40, 134), *(right(value, edge, 134) for value, edge in zip(("5,100", "60%", "3,300", "62%"), edges, strict=True)),
        ]
    )  # fmt: skip
    assert [cell.heads for cell in found[:4]] == [
        ("2024", "Amount"), ("2024", "% of total", "revenue"), ("2023", "Amount"), ("2023", "% of total", "revenue"),
    ]  # fmt: skip


def test_a_span_and_its_date_in_one_text_stay_together() -> None:
    found = cells(
        [
            centred("(In millions)", 306, 54), centred("Three Months Ended April 30,", 335, 80), centred("2024", 300, 94),
            centred("2023", 370, 94), *row("Revenue", ["1,500", "1,400"], 108), *row("Costs", ["5", "4"], 122),
        ]
    )  # fmt: skip
    assert shown(found)[0] == ("Revenue", "Three Months Ended April 30, 2024", 1500e6)


def test_an_amount_with_a_sign_close_to_its_label_is_parted_from_it() -> None:
    label = "Operating income of the three segments together with all others"
    found = cells(
        [
            *HEADS,
            *row("Revenue", ["1,500", "1,400", "3,000", "2,800"], 130),
            (f"{label} $ 76", 3, 144),
            *row("", ["", "$ 52", "$ 25", "$ 28"], 144)[2:],
        ]
    )
    assert next((cell.label, cell.text.numeral) for cell in found if cell.row == 7) == (label, "76")


def test_an_amount_at_the_end_of_a_line_of_prose_is_no_row() -> None:
    assert (
        cells(
            [("The company spent in the quarter for its new data centres $ 76", 40, 80), ("million and more", 40, 94)]
        )
        == []
    )


def test_heads_at_the_end_of_a_page_hold_for_the_rows_on_the_next() -> None:
    found = cells(
        HEADS,
        [*row("Revenue", ["1,500", "1,400", "3,000", "2,800"], 40), *row("Capex", ["(5)", "(4)", "(9)", "(8)"], 54)],
    )
    assert shown(found)[0] == ("Revenue", "Three Months Ended June 30, 2024", 1500e6)
    assert shown(found)[7] == ("Capex", "Six Months Ended June 30, 2023", -8e6)
    assert {cell.place for cell in found} == {"page 2, table 1"}


def test_a_head_centred_over_one_column_does_not_cover_its_neighbours() -> None:
    found = cells(
        [
            centred("(In millions)", 306, 54),
            centred("April", 380, 80),
            *(centred(text, middle, 94) for text, middle in (("July 30,", 300), ("30,", 380), ("July 31,", 460))),
            *(centred(text, middle, 108) for text, middle in (("2023", 300), ("2023", 380), ("2022", 460))),
            ("Revenue", 40, 122), *(right(value, edge, 122) for value, edge in (("135", 315), ("71", 395), ("67", 475))),
            ("Costs", 40, 136), *(right(value, edge, 136) for value, edge in (("35", 315), ("21", 395), ("17", 475))),
        ]
    )  # fmt: skip
    assert [heads for _, heads, _ in shown(found)[:3]] == ["July 30, 2023", "April 30, 2023", "July 31, 2022"]


LONG_HEADING = (
    "Adjustments to reconcile the net income of the whole company to net cash provided by operating activities:"
)


def test_a_long_heading_between_rows_of_the_same_columns_parts_no_table() -> None:
    found = cells(
        [*HEADS, *row("Net income", ["5", "4", "9", "8"], 130), (LONG_HEADING, 40, 144),
         *row("Depreciation", ["3", "2", "7", "6"], 158, 12)]
    )  # fmt: skip
    assert shown(found)[4] == ("Depreciation", "Three Months Ended June 30, 2024", 3e6)
    assert found[4].headings[-1] == LONG_HEADING


def test_a_paragraph_and_a_line_above_other_columns_part_two_tables() -> None:
    prose = "This paragraph says in three lines of text what the table above has shown, and what the next one shows."
    rows = [*HEADS, *row("Revenue", ["5", "4", "9", "8"], 130)]
    below = [("Capex", 40, 200), right("3", 345, 200), right("2", 430, 200)]
    paragraph = cells([*rows, (prose, 40, 144), (prose, 40, 156), (prose, 40, 168), *row("Capex", ["3", "2", "7", "6"], 200)])  # fmt: skip
    other_columns = cells([*rows, (LONG_HEADING, 40, 144), *below])
    for found in (paragraph, other_columns):
        assert [cell.value for cell in found[4:]] == [None] * len(found[4:])
        assert len(found) > 4


def test_a_label_of_two_lines_stands_half_a_line_above_and_below_its_numbers() -> None:
    found = cells(
        [*HEADS, *row("Revenue", ["5", "4", "9", "8"], 130), ("Purchases of property", 40, 150),
         *row("", ["3", "2", "7", "6"], 156)[1:], ("and equipment", 40, 162), *row("Costs", ["1", "1", "2", "2"], 182)]
    )  # fmt: skip
    assert [cell.label for cell in found[::4]] == ["Revenue", "Purchases of property and equipment", "Costs"]
    assert [cell.value for cell in found[4:8]] == [3e6, 2e6, 7e6, 6e6]


def test_a_head_of_two_lines_stands_half_a_line_above_and_below_the_head_beside_it() -> None:
    found = cells(
        [
            centred("(In millions)", 306, 54),
            centred("Share of", 370, 80), centred("Share of", 530, 80),
            centred("Amount", 300, 86), centred("Amount", 460, 86),
            centred("assets", 370, 92), centred("assets", 530, 92),
            *row("Cash", ["1,500", "15%", "1,400", "14%"], 110), *row("Fixed assets", ["2,500", "25%", "2,400", "24%"], 124),
        ]
    )  # fmt: skip
    assert shown(found)[:4] == [
        ("Cash", "Amount", 1500e6),
        ("Cash", "Share of assets", 15.0),
        ("Cash", "Amount", 1400e6),
        ("Cash", "Share of assets", 14.0),
    ]


def test_heads_over_columns_of_the_same_names_cover_a_group_of_them_each() -> None:
    edges = (250, 310, 370, 430, 490, 550)
    names = ("Q4 2024", "Q4 2023", "Change")
    found = cells(
        [
            centred("GAAP", 295, 80), centred("Non-GAAP", 475, 80),
            *(centred(name, edge - 15, 94) for name, edge in zip(names * 2, edges, strict=True)),
            ("Revenue ($B)", 40, 108),
            *(right(text, edge, 108) for text, edge in zip(("$14.0", "$20.5", "32%", "$14.1", "$19.5", "28%"), edges, strict=True)),
            ("Costs ($B)", 40, 122),
            *(right(text, edge, 122) for text, edge in zip(("$6.2", "$6.0", "3%", "$5.5", "$5.4", "2%"), edges, strict=True)),
        ]
    )  # fmt: skip
    assert shown(found)[:6] == [
        ("Revenue ($B)", "GAAP Q4 2024", 14e9), ("Revenue ($B)", "GAAP Q4 2023", 20.5e9), ("Revenue ($B)", "GAAP Change", 32.0),
        ("Revenue ($B)", "Non-GAAP Q4 2024", 14.1e9), ("Revenue ($B)", "Non-GAAP Q4 2023", 19.5e9), ("Revenue ($B)", "Non-GAAP Change", 28.0),
    ]  # fmt: skip


def test_amounts_with_their_own_scale_word_are_columns() -> None:
    found = cells(
        [
            ("Revenue by business", 40, 80), ("2024", 310, 80), ("2023", 410, 80),
            ("Cloud", 40, 94), ("$4.3 billion", 290, 94), ("$3.1 billion", 390, 94),
            ("Foundry", 40, 108), ("$319 million", 290, 108), ("$98 million", 390, 108),
        ]
    )  # fmt: skip
    assert [(cell.label, cell.heads[-1], cell.value) for cell in found] == [
        ("Cloud", "2024", 4.3e9), ("Cloud", "2023", 3.1e9), ("Foundry", "2024", 319e6), ("Foundry", "2023", 98e6),
    ]  # fmt: skip


def test_a_running_head_is_no_head_of_a_column() -> None:
    running = [("PART II", 300, 30), ("Item 8", 460, 30)]
    rows = [*HEADS, *row("Revenue", ["5", "4", "9", "8"], 130)]
    found = cells(*[[*running, *rows]] * 5)
    assert {heads for _, heads, _ in shown(found)} == {
        "Three Months Ended June 30, 2024", "Three Months Ended June 30, 2023", "Six Months Ended June 30, 2024", "Six Months Ended June 30, 2023",
    }  # fmt: skip
    assert all(cell.value is not None for cell in found), "heads and unit stand in the same place of each page too"
    assert not any("PART II" in title for cell in found for title in cell.titles)


def test_lines_that_overlap_all_the_way_down_a_page_are_no_one_row() -> None:
    overlapping = [(f"Label {number}", 40.0, 40.0 + 6 * number) for number in range(100)]
    data = pdf([*overlapping, *row("Revenue", ["5", "4", "9", "8"], 700)])
    (page,) = pdf_words.words_of(data, "report.pdf")
    lines = pdf_tables._lines(page)
    assert max(line.joined.count("Label") for line in lines) == 4
    assert sum(line.joined.count("Label") for line in lines) == 100


def test_lines_below_the_last_table_are_kept_with_it() -> None:
    page = [centred("(In millions)", 306, 54), *row("Deposits (1)", ["1,500", "1,400"], 80), *row("Costs", ["5", "4"], 94), ("(1) in thousands", 40, 130)]  # fmt: skip
    (read,) = pdf_tables.read_tables(pdf(page), "q2.pdf")
    assert list(read.after) == ["(1) in thousands"]
    assert [cell.scale for cell in read_layout([read], "USD")] == [10**3, 10**3, 10**6, 10**6]


def test_a_paragraph_above_a_table_is_one_line_and_its_last_line_no_title() -> None:
    paragraph = [
        ("Free cash flow, which is a measure of liquidity that other companies may compute otherwise than", 40, 40),
        ("we do, was negative in the quarter, and the same is true of every segment of the whole company,", 40, 52),
        ("as in the year before.", 40, 64),
    ]
    (table,) = pdf_tables.read_tables(
        pdf([*paragraph, ("(In millions)", 40, 90), *row("Revenue", ["1,500", "1,400"], 104), *row("Capex", ["(50)", "(40)"], 118)]), "report.pdf"
    )  # fmt: skip
    assert len(table.before) == 1
    assert table.before[0].startswith("Free cash flow") and table.before[0].endswith("as in the year before.")
    assert [piece.text for piece in table.rows[0]] == ["(In millions)"]


def test_a_statement_of_one_line_above_a_table_is_prose() -> None:
    lines = [("Backlog was $99.4 billion.", 40, 40)]
    document = pdf_tables.read_document(
        pdf([*lines, *row("Revenue", ["1,500", "1,400"], 104), *row("Capex", ["(50)", "(40)"], 118)]), "report.pdf"
    )
    assert [one.text for one in document.paragraphs] == ["Backlog was $99.4 billion."]
    assert [piece.text for piece in document.tables[0].rows[0]] == ["Revenue", "1,500", "1,400"]


def test_a_cell_and_a_paragraph_are_found_by_page_and_by_what_a_reader_counts_on_it() -> None:
    prose = ["The quarter was a good one for every business of the company.", "Demand for computing is far above what the company can serve."]  # fmt: skip
    document = pdf_tables.read_document(
        pdf(
            [("Cover", 40, 40)],
            [
                (prose[0], 40, 40),
                *row("Revenue", ["1,500", "1,400"], 80),
                *((line, 40, 120 + 12 * number) for number, line in enumerate([prose[1]] * 3)),
                *row("Capex", ["(50)", "(40)"], 160),
                *row("Leases", ["(30)", "(20)"], 174),
            ],
        ),
        "report.pdf",
    )
    assert [cell.locator for cell in read_layout(document.tables, "USD")] == [
        "page 2, table 1, row 1, column 1: Revenue",
        "page 2, table 1, row 1, column 2: Revenue",
        "page 2, table 2, row 1, column 1: Capex",
        "page 2, table 2, row 1, column 2: Capex",
        "page 2, table 2, row 2, column 1: Leases",
        "page 2, table 2, row 2, column 2: Leases",
    ]
    assert [(one.place, one.text) for one in document.paragraphs] == [
        ("page 2, paragraph 1", prose[0]), ("page 2, paragraph 2", " ".join([prose[1]] * 3)),
    ]  # fmt: skip


def test_years_centred_in_wide_cells_are_heads_of_the_columns_whose_numbers_stand_at_the_right() -> None:
    """Cells are 150 points wide from 250 on; the first number begins right of the end of its year."""
    found = cells(
        [
            ("(In millions)", 40, 40), centred("Six months ended June 30,", 400, 60),
            centred("2024", 325, 74), centred("2023", 475, 74),
            ("Revenue", 40, 90), right("900", 398, 90), right("800", 548, 90),
            ("Costs", 40, 104), right("500", 398, 104), right("400", 548, 104),
        ]
    )  # fmt: skip
    assert [(cell.text.numeral, cell.heads[-1]) for cell in found] == [
        ("900", "2024"), ("800", "2023"), ("500", "2024"), ("400", "2023"),
    ]  # fmt: skip
    assert not any("2024" in cell.heads for cell in found[1::2])


@pytest.mark.parametrize("sign", ["\xb7", "\xb1", "-"], ids=["bullet", "dash", "hyphen"])
def test_each_point_of_a_list_is_a_paragraph_of_its_own(sign: str) -> None:
    """In the encoding of the font of the tests b7 is a bullet and b1 a dash."""
    lines = [
        "Highlights of the second quarter of the fiscal year 2026 of the company and its subsidiaries:",
        f"{sign} Revenue was $59.80 billion, an increase of 26% year-over-year in every region",
        "of the world that the company serves.",
        f"{sign} Capital expenditures were $30.66 billion.",
        f"{sign} Free cash flow was $2.11 billion, which is in the words of the company a low",
        "- point of the year.",
    ]
    document = pdf_tables.read_document(pdf([(line, 40, 40 + 12 * at) for at, line in enumerate(lines)]), "report.pdf")
    texts = [one.text for one in document.paragraphs]
    assert len(texts) == 4 and texts[0] == lines[0]
    assert texts[1].endswith("of the world that the company serves.") and "Capital" not in texts[1]
    assert "Capital expenditures were $30.66 billion." in texts[2] and "Free" not in texts[2]
    assert texts[3].endswith("point of the year.")


def test_a_table_of_hundreds_of_columns_is_read_by_the_nearest_head() -> None:
    """The spans of so many heads would take minutes to choose."""
    count = 150
    lines: Texts = [(f"{1900 + at}", 90 + 30 * at, 40) for at in range(count)]
    for y, label in ((60, "Revenue"), (80, "Costs")):
        lines += [(label, 0, y), *((f"{1000 + at}", 90 + 30 * at, y) for at in range(count))]
    found = cells(lines)
    assert len(found) == 2 * count
    assert [(cell.text.numeral, cell.heads) for cell in found[:2]] == [("1000", ("1900",)), ("1001", ("1901",))]


def test_thousands_apart_by_a_space_are_one_number() -> None:
    page: Texts = [("Q2 2026", 306, 40), ("Q2 2025", 376, 40)]
    found = cells([("(In millions)", 40, 20), *page, *row("Revenue", ["4 978", "(1 234 567)"], 60)])
    assert [cell.text.numeral.replace(" ", "") for cell in found] == ["4978", "1234567"]


def test_days_above_their_months_are_heads_and_no_row_of_numbers() -> None:
    middles = (335, 415, 495)
    lines: Texts = [
        ("Other financial information", 40, 40),
        ("(In millions)", 40, 54),
        centred("Three months ended", 415, 70),
    ]
    for y, texts in ((84, ("30", "31", "30")), (98, ("June", "March", "June")), (112, ("2026", "2026", "2025"))):
        lines += [centred(text, middle, y) for text, middle in zip(texts, middles, strict=True)]
    rows = [
        ("Capital expenditures", 40.0, 130.0),
        *(right(text, middle + 15, 130) for text, middle in zip(("28", "31", "30"), middles, strict=True)),
    ]
    spending = [
        ("Revenues", 40.0, 144.0),
        *(right(text, middle + 15, 144) for text, middle in zip(("800", "700", "600"), middles, strict=True)),
    ]
    read = shown(cells([*lines, *rows, *spending]))
    assert [(label, value) for label, _, value in read][:3] == [
        ("Capital expenditures", 28e6), ("Capital expenditures", 31e6), ("Capital expenditures", 30e6),
    ]  # fmt: skip
    assert [heads for _, heads, _ in read][:3] == [
        "Three months ended 30 June 2026", "Three months ended 31 March 2026", "Three months ended 30 June 2025",
    ]  # fmt: skip


def test_heads_beside_a_unit_in_the_corner_are_those_of_their_columns_however_wide_the_line() -> None:
    found = cells(
        [
            ("Consolidated cash flow statement", 40, 40),
            ("(in thousands of EUR)", 40, 60),
            centred("Year ended August 31, 2025", 330, 60), centred("Year ended August 31, 2026", 480, 60),
            ("Revenue", 40, 76), right("1,084,611", 405, 76), right("1,158,190", 548, 76),
            ("Personnel", 40, 92), right("246,120", 405, 92), right("252,318", 548, 92),
        ]
    )  # fmt: skip
    assert [(cell.text.numeral, cell.heads[-1], cell.scale) for cell in found[:2]] == [
        ("1,084,611", "Year ended August 31, 2025", 1000), ("1,158,190", "Year ended August 31, 2026", 1000),
    ]  # fmt: skip


def test_a_line_of_units_begins_the_heads_of_another_table() -> None:
    found = cells(
        [
            *HEADS, *row("Revenue", ["90", "80", "170", "150"], 130),
            centred("Total assets", 300, 150), centred("Equity", 480, 150),
            right("US$m", 315, 164), right("%", 500, 164),
            ("At year end", 40, 180), right("700", 315, 180), right("16.0", 500, 180),
        ]
    )  # fmt: skip
    assert {cell.place for cell in found} == {"page 1, table 1", "page 1, table 2"}


def spaced(text: str, left: float, step: float) -> list[pdf_words.Word]:
    return [
        pdf_words.Word(sign, left + n * step, left + n * step + 10, 40, 50) for n, sign in enumerate(text.split("|"))
    ]


@pytest.mark.parametrize(
    ("words", "texts"),
    [
        (spaced("個|體|資|產|負|債|表", 200, 20), ["個體資產負債表"]),
        (
            [*spaced("113|年|12|月|31|日", 300, 22), *spaced("112|年|12|月|31|日", 440, 22)],
            ["113年12月31日", "112年12月31日"],
        ),
        ([*spaced("金|額", 300, 60), *spaced("%", 400, 1), *spaced("金|額", 440, 60)], ["金額", "%", "金額"]),
        ([*spaced("資|本", 100, 60), *spaced("9,000", 300, 1)], ["資", "本", "9,000"]),
    ],
    ids=["title", "dates", "heads", "other words"],
)
def test_chinese_texts_with_wide_spaces_between_their_signs_are_whole(
    words: list[pdf_words.Word], texts: list[str]
) -> None:
    (line,) = pdf_tables._lines(words)
    assert [text.text for text in line.texts] == texts


def test_numbers_of_rows_and_points_above_a_table_are_neither_labels_nor_heads() -> None:
    found = cells(
        [
            ("\x95 First data center energised", 40, 30),
            ("(In crore)", 40, 50),
            ("Sr. No.", 42, 70), ("Particulars", 110, 70), centred("2Q FY27", 300, 70), centred("1Q FY27", 370, 70),
            ("1", 45, 86), ("Gross revenue", 110, 86), right("3,05,412", 315, 86), right("2,91,306", 385, 86),
            ("2", 45, 102), ("Expenses", 110, 102), right("55,904", 315, 102), right("54,216", 385, 102),
        ]
    )  # fmt: skip
    assert [(cell.label, cell.heads[-1], cell.value) for cell in found[:2]] == [
        ("Gross revenue", "2Q FY27", 305412e7), ("Gross revenue", "1Q FY27", 291306e7),
    ]  # fmt: skip
    assert all("energised" not in head for cell in found for head in cell.heads)


def test_units_in_a_line_of_heads_cover_all_columns() -> None:
    edges = (250, 320, 390, 460, 530)
    years = ("2025", "2024", "2023", "2022")
    found = cells(
        [
            centred("2025", 270, 50), *(centred(year, edge - 15, 50) for year, edge in zip(years[1:], edges[2:], strict=True)),
            ("(USD Million) (CNY Million)", 205, 64), centred("(CNY Million)", 440, 64),
            ("Revenue", 40, 80), *(right(value, edge, 80) for value, edge in zip(("126", "880", "862", "704", "642"), edges, strict=True)),
            ("Costs", 40, 96), *(right(value, edge, 96) for value, edge in zip(("116", "780", "762", "604", "542"), edges, strict=True)),
        ]
    )  # fmt: skip
    assert [(cell.currency, cell.scale) for cell in found[:5]] == [("USD", 10**6), *[("CNY", 10**6)] * 4]


def test_the_sign_of_the_next_column_is_no_part_of_a_number() -> None:
    found = cells(
        [*HEADS, ("Revenue", 40, 130), ("$", 284, 130), right("23,860 $", 326, 130), right("8,053", 385, 130),
         *row("Costs", ["6,105", "5,090", "9", "8"], 146)]
    )  # fmt: skip
    assert [(cell.label, cell.text.numeral, cell.currency) for cell in found[:2]] == [
        ("Revenue", "23,860", "USD"), ("Revenue", "8,053", "USD"),
    ]  # fmt: skip


def test_a_heading_further_below_a_paragraph_is_no_part_of_it() -> None:
    line = "These statements reflect what the company expects, and are subject to uncertainty of many kinds that no one knows"
    page = [(line, 40, 40), (line, 40, 51), ("Second Quarter 2023 Guidance", 40, 66), ("Net sales are expected to be between $127.0 billion and $133.0 billion.", 40, 86)]  # fmt: skip
    (*_, last) = pdf_tables.read_document(pdf(page), "report.pdf").paragraphs
    assert last.heading == "Second Quarter 2023 Guidance"


def test_lines_of_heads_that_lie_close_are_no_cell_of_two_lines() -> None:
    texts = [
        centred("Nine Months Ended", 335, 80),
        *(centred(text, middle, 87) for text, middle in (("July 1,", 300), ("June 25,", 370))),
        *(centred(text, middle, 94) for text, middle in (("2023", 300), ("2022", 370))),
        *row("Depreciation", ["8,866", "8,239"], 108),
        *row("Deferred taxes", ["120", "140"], 122),
    ]
    cells = read_layout(pdf_tables.read_tables(pdf(texts), "a.pdf"), "USD")
    assert [cell.heads for cell in cells[:2]] == [("Nine Months Ended", "July 1, 2023"), ("Nine Months Ended", "June 25, 2022")]  # fmt: skip
