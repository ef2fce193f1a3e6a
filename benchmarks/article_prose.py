"""Measures the reading of articles on labelled public texts: precision and recall of drafted figures, and the order of their confidence.

    python -m benchmarks.article_prose FOLDER          the open part of the labels
    python -m benchmarks.article_prose FOLDER --kept   the part on which nothing is tuned or fitted
    python -m benchmarks.article_prose FOLDER --list   each missed and each wrong figure of the open part

The labels are in `article_prose_labels.csv`: a text's address, its SHA-256, and the place and reading of each figure. The texts belong to their
publishers and are not part of the project; FOLDER holds them as `<text>.txt` with front matter (also CAPEX_PROSE_TEXTS). Without the folder the
script says so and ends. A label of kind `open` marks words on which readers may differ; figures read from them count neither way, nor do figures
without a digit ("nearly doubled") or on a definition that the words name ("Azure"), which are not labelled.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import math
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from capex_pipeline.article.drafted_rows import read_body
from capex_pipeline.article.extraction import Figure, Reading
from capex_pipeline.article.front_matter import read_article_text
from capex_pipeline.article.lexicon import Vocabulary, vocabulary_of
from capex_pipeline.reference import load

LABELS = Path(__file__).with_name("article_prose_labels.csv")
Label = Mapping[str, str]


@dataclass
class Text:
    """A labelled text: the figures to be read, and the spans on which readers may differ."""

    name: str
    data: bytes
    figures: list[Label] = field(default_factory=list)
    undecided: list[tuple[int, int]] = field(default_factory=list)


@dataclass
class Result:
    """The comparison of one text: each drafted figure with its match, the labels nothing matches, and misread values."""

    drafted: list[tuple[Text, Figure, Label | None]] = field(default_factory=list)
    missed: list[tuple[Text, Label]] = field(default_factory=list)
    misread: list[tuple[Text, Label]] = field(default_factory=list)


def texts(folder: Path, part: str) -> list[Text]:
    """The labelled texts of a part that are in the folder. Raises ValueError if a text is not the one that was labelled."""
    found: dict[str, Text] = {}
    with LABELS.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            path = folder / f"{row['text']}.txt"
            if row["part"] != part or not path.is_file():
                continue
            if row["text"] not in found:
                data = path.read_bytes()
                if hashlib.sha256(data).hexdigest() != row["sha256"]:
                    raise ValueError(
                        f"{path} is not the text that was labelled: its SHA-256 differs. Restore the file."
                    )
                found[row["text"]] = Text(row["text"], data)
            if row["kind"] == "figure":
                found[row["text"]].figures.append(row)
            elif row["kind"] == "open":
                found[row["text"]].undecided.append((int(row["start"]), int(row["end"])))
    return list(found.values())


def same_numbers(figure: Figure, label: Label) -> bool:
    """Whether the numbers, the sign and the unit of a figure are those of a label; how a bound is worded does not matter."""
    mention = figure.mention
    numbers = [number for number in (mention.low, mention.value, mention.high) if number is not None]
    ends = {min(numbers), max(numbers)} if numbers and mention.value is None else {mention.value}
    wanted = {float(label["low"]), float(label["high"])}
    near = len(ends) == len(wanted) and all(
        number is not None and math.isclose(figure.sign * number, other, rel_tol=1e-9)
        for number, other in zip(
            sorted(ends, key=lambda number: figure.sign * (number or 0.0)), sorted(wanted), strict=True
        )
    )
    return near and mention.unit == label["unit"]


def is_right(figure: Figure, label: Label) -> bool:
    """Whether a figure has the place, entity, metric, measure, period and numbers of a label."""
    mention = figure.mention
    return (
        mention.start < int(label["end"])
        and int(label["start"]) < mention.end
        and (figure.entity, figure.metric, figure.measure, figure.start.isoformat(), figure.end.isoformat())
        == tuple(label[key] for key in ("entity", "metric", "measure", "period_start", "period_end"))
        and same_numbers(figure, label)
    )


def compare(text: Text, reading: Reading, result: Result) -> None:
    """Add the comparison of a text's reading with its labels."""
    left = list(text.figures)
    for figure in reading.figures:
        span = (figure.mention.start, figure.mention.end)
        if any(span[0] < end and start < span[1] for start, end in text.undecided):
            continue
        places = [(int(label["start"]), int(label["end"])) for label in text.figures]
        in_words = not any(character.isdigit() for character in figure.mention.text)
        if in_words and not any(span[0] < end and start < span[1] for start, end in places):
            continue
        match = next((label for label in left if is_right(figure, label)), None)
        if match is not None:
            left.remove(match)
        result.drafted.append((text, figure, match))
    result.missed += [(text, label) for label in left]
    for label in text.figures:
        for outcome in reading.outcomes:
            mention = outcome.mention
            if mention.certain and mention.start < int(label["end"]) and int(label["start"]) < mention.end:
                numbers = [number for number in (mention.low, mention.value, mention.high) if number is not None]
                wanted = sorted(abs(float(label[key])) for key in ("low", "high"))
                if not all(any(math.isclose(number, other, rel_tol=1e-9) for number in numbers) for other in wanted):
                    result.misread.append((text, label))


def measure(folder: Path, part: str, vocabulary: Vocabulary) -> Result:
    result = Result()
    for text in texts(folder, part):
        reading = read_body(read_article_text(text.data), vocabulary)
        reading.figures = [figure for figure in reading.figures if not figure.definition]
        compare(text, reading, result)
    return result


def wilson(right: int, total: int) -> tuple[float, float]:
    """The 95 % interval of Wilson for a share."""
    if not total:
        return 0.0, 1.0
    z, share = 1.96, right / total
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z / (1 + z * z / total) * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    return middle - half, middle + half


def area(drafted: Iterable[tuple[Text, Figure, Label | None]]) -> float:
    """The chance that a right figure has more confidence than a wrong one."""
    scores = [(figure.confidence, label is not None) for _, figure, label in drafted]
    good = [score for score, is_good in scores if is_good]
    bad = [score for score, is_good in scores if not is_good]
    if not good or not bad:
        return float("nan")
    return sum((one > other) + 0.5 * (one == other) for one in good for other in bad) / (len(good) * len(bad))


def share(name: str, right: int, total: int) -> str:
    low, high = wilson(right, total)
    return f"{name} {right}/{total} = {right / total if total else float('nan'):.3f} ({low:.2f} to {high:.2f})"


def report(result: Result) -> None:
    """Print the measures: all figures, then by metric and by company."""
    right = sum(label is not None for _, _, label in result.drafted)
    print(share("precision", right, len(result.drafted)), share("recall", right, right + len(result.missed)), sep="   ")
    ordered = sorted(result.drafted, key=lambda entry: -entry[1].confidence)
    upper = ordered[: len(ordered) // 2]
    half = share("precision of the upper half", sum(label is not None for _, _, label in upper), len(upper))
    print(f"AUC of the confidence {area(ordered):.3f}   {half}   misread values marked certain {len(result.misread)}")
    for key in ("metric", "entity"):
        counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        for _, figure, label in result.drafted:
            counts[getattr(figure, key)][0] += label is not None
            counts[getattr(figure, key)][1] += 1
        for _, label in result.missed:
            counts[label[key]][2] += 1
        for name, (good, drafted, missed) in sorted(counts.items()):
            print(f"  {name:22}", share("precision", good, drafted), share("recall", good, good + missed), sep="   ")


def listing(result: Result) -> None:
    """Print each wrong and each missed figure."""
    for text, figure, label in sorted(result.drafted, key=lambda entry: entry[0].name):
        if label is None:
            reading = f"{figure.entity} {figure.metric} {figure.measure} {figure.start}/{figure.end} {figure.status}"
            print(f"wrong  {text.name} [{figure.mention.text}] {reading} {figure.confidence}")
    for text, label in result.missed:
        words = read_article_text(text.data).body[int(label["start"]) : int(label["end"])]
        reading = " ".join(label[key] for key in ("entity", "metric", "measure", "period_start", "period_end"))
        print(f"missed {text.name} [{words}] {reading}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", nargs="?", default=os.environ.get("CAPEX_PROSE_TEXTS", ""))
    parser.add_argument("--kept", action="store_true", help="measure the part on which nothing is tuned")
    parser.add_argument("--list", action="store_true", help="print each wrong and each missed figure of the open part")
    chosen = parser.parse_args()
    folder = Path(chosen.folder)
    if not chosen.folder or not folder.is_dir():
        print("The labelled texts are not here; name their folder, or set CAPEX_PROSE_TEXTS.")
        return
    result = measure(folder, "kept" if chosen.kept else "open", vocabulary_of(load()))
    report(result)
    if chosen.list and not chosen.kept:
        listing(result)


if __name__ == "__main__":
    main()
