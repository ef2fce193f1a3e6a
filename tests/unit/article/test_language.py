"""Which language a text is in, and that one that is not read is named; the texts were written for these tests."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from corpus.labels import articles
from corpus.reading import corpus_vocabulary

from capex_pipeline.article.highlight import highlight
from capex_pipeline.article.language import unread_language
from capex_pipeline.normalise.ingest import ingest
from capex_pipeline.reference import load

TEXTS = {
    "German": "Der Konzern hat im dritten Quartal 16 Milliarden Dollar für Rechenzentren ausgegeben. Das ist mehr als im Vorjahr, und die "
    "Ausgaben werden nach Angaben des Vorstands auch im nächsten Jahr steigen.",
    "French": "Le groupe a investi 16 milliards de dollars dans ses centres de données au troisième trimestre. Les dépenses du groupe "
    "vont augmenter et seront financées par des emprunts, a déclaré la direction.",
    "Spanish": "El grupo invirtió 16 mil millones de dólares en sus centros de datos durante el tercer trimestre, y los gastos de la "
    "compañía van a subir en el año que viene, según los analistas.",
    "Chinese": "腾讯第三季度资本开支为130亿元,同比下降24%。公司表示,全年资本开支将低于此前指引,但仍高于2024年的水平。",
    "Japanese": "ソフトバンクは今期の設備投資を8000億円に引き上げると発表した。データセンターへの投資が増えるためだという。",
    "Korean": "삼성전자는 올해 설비투자를 5조원 늘린다고 밝혔다. 데이터센터용 메모리 수요가 크게 늘었기 때문이다.",
    "a language in Cyrillic script": "Компания увеличила капитальные затраты до 5 млрд долларов в третьем квартале этого года.",
}  # fmt: skip


@pytest.mark.parametrize("language", TEXTS)
def test_languages_that_are_not_read(language: str) -> None:
    assert unread_language(TEXTS[language], corpus_vocabulary().languages) == language


def test_english_is_read_whatever_names_it_holds() -> None:
    languages = corpus_vocabulary().languages
    assert {article.name for article in articles() if unread_language(article.body, languages)} == set()
    mixed = "Die Zeit and Der Spiegel report that Tencent (腾讯) spent 13 billion yuan on capital expenditure in the third quarter of the year."
    assert unread_language(mixed, languages) is None
    assert unread_language("Capex: $5bn", languages) is None


def test_a_text_that_is_not_read_is_named_in_rejected_figures(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    front = "---\ntitle: Ausgaben\npublisher: Beispiel\npublished: 2025-11-14\n---\n"
    (folder / "2025-11-14-ausgaben.txt").write_text(front + TEXTS["German"], encoding="utf-8")
    (folder / "2025-11-14-spending.txt").write_text(
        front.replace("Ausgaben", "Spending")
        + "Meta's capex was $19 billion in the third quarter of 2025, and that of the year before was lower.",
        encoding="utf-8",
    )
    read = ingest(tmp_path, load())
    (message,) = read.rejected_figures["message"]
    assert read.rejected_figures["rule"].tolist() == ["unread_language"]
    assert "2025-11-14-ausgaben.txt is in German" in message and "only English prose is read" in message
    assert read.documents["rows_read"].sum() == len(read.figures) == 1


def test_the_page_of_a_text_begins_with_the_remark() -> None:
    mentions = pd.DataFrame({name: pd.Series(dtype="str") for name in ("span_start", "span_end", "text", "outcome")})
    page = highlight("Der Konzern", mentions, None, "The text is in German.")
    assert page.startswith("**The text is in German&#46;**\n\n0 mentions")
