"""Other readings of a questioned number that its sentence allows: another metric, or a group of companies.

Add here a reading that one key should be able to choose on the page. The machine's own reading belongs to `article_draft`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from capex_pipeline.article.characters import plain_text
from capex_pipeline.article.lexicon import Vocabulary
from capex_pipeline.article.tokens import tokenise
from capex_pipeline.review.entries import label_of
from capex_pipeline.values.fiscal_calendar import FiscalCalendar

_CLOUD_WORDS: Final = ("segment", "segment_words", "segment_back", "cloud_part")
_MOST: Final = 3
_REACH: Final = 9
"""Words after a number among which the noun for companies stands."""
_CALENDAR: Final = FiscalCalendar(12, "month_end", "calendar")


def alternatives(
    fields: Mapping[str, str], readings: list[str], sentence: str, published: date | None, vocabulary: Vocabulary
) -> list[dict[str, str]]:
    """Fields that make another figure of a number, the likeliest first. fields: of the machine's reading. readings: of its period."""
    cues = vocabulary.find_cues(tokenise(plain_text(sentence)))
    kinds = {cue.kind for cue in cues}
    period = fields.get("period") or (readings[0] if readings else _last_quarter(published))
    result: list[dict[str, str]] = []
    is_cloud = bool(kinds.intersection(_CLOUD_WORDS)) or any(
        cue.kind == "metric" and cue.value == "cloud_revenue" for cue in cues
    )
    if fields.get("metric") == "cloud_revenue" and fields.get("entity") and period and not is_cloud:
        result.append({"metric": "capex", "period": period, "status": status_at(fields, period, published)})
    if fields.get("metric") == "capex" and period:
        source = "analyst" if any(cue.kind == "claimant" and cue.value == "analyst" for cue in cues) else "publication"
        changed = {**fields, "claimant": source}
        result += [
            {"entity": group, "period": period, "claimant": source, "status": status_at(changed, period, published)}
            for group in _groups(sentence, vocabulary)
            if group != fields.get("entity")
        ]
    return result[:_MOST]


def status_at(fields: Mapping[str, str], period: str, published: date | None) -> str:
    """The status of a reading for a period: what is not over yet is guidance of a company, and a forecast of anybody else."""
    status = fields.get("status") or "reported"
    try:
        end = date.fromisoformat(period.rpartition("/")[2])
    except ValueError:
        return status
    if status != "reported" or published is None or (end - published).days <= 10:
        return status
    return "guidance" if fields.get("claimant") in ("company", "executive") else "forecast"


def _groups(sentence: str, vocabulary: Vocabulary) -> list[str]:
    """Groups of as many companies as the sentence counts ("the four largest US groups", "the big four"), of the country that it names."""
    words = tokenise(plain_text(sentence)).words
    numbers = vocabulary.collectives.get("numbers", {})
    heads = {word for head in vocabulary.collective_heads for word in head[-1:]}
    counts = {
        numbers[word]
        for place, word in enumerate(words)
        if word in numbers
        and (not heads.isdisjoint(words[place + 1 : place + _REACH]) or words[max(0, place - 1)] in ("big", "top"))
    }
    countries = {code for name, code in vocabulary.collectives.get("countries", {}).items() if str(name) in words}
    return sorted(
        name
        for name, entity in vocabulary.entities.items()
        if entity.type == "group"
        and len(entity.members) in counts
        and (not countries or entity.country in (*countries, None))
    )


def _last_quarter(published: date | None) -> str:
    """The last calendar quarter that was over on a day."""
    if published is None:
        return ""
    quarters = [
        _CALENDAR.quarter_bounds(year, number)
        for year in (published.year - 1, published.year)
        for number in range(1, 5)
    ]
    return label_of(max(days for days in quarters if days[1] < published))
