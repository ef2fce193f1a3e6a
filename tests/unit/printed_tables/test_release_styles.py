"""Releases of Chinese and Taiwanese groups, written from one source of numbers in every format, give its figures and no others."""

import pytest
from release_styles import STYLES, Style, in_html, in_pdf, in_xlsx

from capex_pipeline.printed_tables.binding import bind, used
from capex_pipeline.printed_tables.formats import read_tables
from capex_pipeline.printed_tables.layout import read_layout
from capex_pipeline.reference import load
from capex_pipeline.values.fiscal_calendar import FiscalCalendar

FORMATS = {
    "page.html": in_html,
    "plain.html": lambda style: in_html(style, brackets_apart=False),
    "broken over pages.html": lambda style: in_html(style, chunk=1),
    "sheets.xlsx": in_xlsx,
    "pages.pdf": in_pdf,
}
CASES = [(style, name) for style in STYLES for name in FORMATS if name != "pages.pdf" or STYLES[style].fits_pdf()]


@pytest.mark.parametrize(("style", "name"), CASES)
def test_a_release_gives_the_figures_it_was_written_from(style: str, name: str) -> None:
    release: Style = STYLES[style]
    reference = load()
    cells = read_layout(read_tables(FORMATS[name](release), name), release.currency)
    calendar = reference.calendars.get(release.entity, FiscalCalendar(12))
    bound = bind(cells, reference.printed_names(release.entity), calendar, release.currency)
    found = [
        (one.name.metric, one.period.start, one.period.end, one.amount) for one in used(bound) if one.period is not None
    ]
    assert sorted(found) == [(*place, pytest.approx(amount)) for *place, amount in sorted(release.expected)]
