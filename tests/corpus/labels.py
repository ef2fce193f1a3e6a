"""Reads the labelled articles of this folder: the plain article and what a reader should find in it."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

ARTICLES = Path(__file__).parent / "articles"
_LABEL = re.compile(r"⟦([^|⟧]+)\|([^|⟧]+)(?:\|([^⟧]+))?⟧")
_UNITS = {"%": "percent", "pp": "percentage_points", "bp": "basis_points", "x": "times", "n": "units", "?": ""}


@dataclass(frozen=True)
class Label:
    """One labelled quantity: its span in the article's body, unit, low, value, high, and the figure it makes, if any."""

    start: int
    end: int
    text: str
    unit: str
    low: float | None
    value: float | None
    high: float | None
    figure: dict[str, str] | None = None
    is_further: bool = False
    """Whether it is a further figure of the same words: "60,000 each"."""


@dataclass
class LabelledArticle:
    name: str
    front: str
    body: str
    labels: list[Label] = field(default_factory=list)

    @property
    def held_out(self) -> bool:
        return int(self.name[:2]) % 3 == 0

    @property
    def data(self) -> bytes:
        return f"---\n{self.front}---\n{self.body}".encode()


def _number(unit: str, text: str) -> tuple[float | None, float | None, float | None]:
    if unit == "?":
        return None, None, None
    if text.startswith("oom "):
        low = float(text[4:].partition("..")[0])
        return low, None, low * 5 - 1
    if ".." in text:
        low_text, high_text = text.split("..")
        return float(low_text), None, float(high_text)
    if text[0] == ">":
        return float(text[1:]), None, None
    if text[0] == "<":
        return None, None, float(text[1:])
    if text[0] == "~":
        return None, float(text[1:]), None
    return float(text), float(text), float(text)


def period_days(text: str) -> tuple[date, date]:
    """First and last day of a period label of the corpus."""
    if ".." in text:
        first, last = text.split("..")
        return date.fromisoformat(first), date.fromisoformat(last)
    year = int(text[:4])
    part = text[4:]
    first_month, months = 1, 12
    if part.startswith("H"):
        first_month, months = 6 * int(part[1]) - 5, 6
    elif part.startswith("Q"):
        first_month, months = 3 * int(part[1]) - 2, 3
    last_month = first_month + months - 1
    return date(year, first_month, 1), date(year, last_month, calendar.monthrange(year, last_month)[1])


def _figure(text: str) -> dict[str, str] | None:
    entity, metric, period, *rest = text.split()
    if period == "?":
        return None
    start, end = period_days(period)
    figure = {
        "entity": entity,
        "metric": metric,
        "measure": "level",
        "start": start.isoformat(),
        "end": end.isoformat(),
    }
    for word in rest:
        key, _, value = word.partition("=")
        if value:
            figure[key] = value
        elif key == "same":
            figure["same"] = "yes"
        else:
            figure["measure"] = key
    if metric == "gpu_units" and "customer" in figure:
        figure["entity"] = figure["customer"]  # a purchase is the buyer's figure
    return figure


def read(path: Path) -> LabelledArticle:
    """One labelled article."""
    _, front, marked = path.read_text(encoding="utf-8").split("---\n", 2)
    article = LabelledArticle(path.stem, front, "")
    position = 0
    body = ""
    for match in _LABEL.finditer(marked):
        body += marked[position : match.start()]
        unit, _, value = match[2].partition(" ")
        low, middle, high = _number(unit, value)
        start = len(body)
        body += match[1]
        figures = [_figure(text) for text in match[3].split(";")] if match[3] else [None]
        for place, figure in enumerate(figures):
            article.labels.append(
                Label(start, len(body), match[1], _UNITS.get(unit, unit), low, middle, high, figure, place > 0)
            )
        position = match.end()
    article.body = body + marked[position:]
    return article


def articles(part: str = "all") -> list[LabelledArticle]:
    """part: tuned, held_out or all."""
    found = [read(path) for path in sorted(ARTICLES.glob("*.txt"))]
    return [article for article in found if part == "all" or article.held_out == (part == "held_out")]
