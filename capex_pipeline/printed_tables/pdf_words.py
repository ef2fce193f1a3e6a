"""Reads the words of a PDF with their places on the page, in a process of its own.

`words_of` starts this module as a process, gives it the document and receives the words: the library that reads PDF is written in C++ and
documents are untrusted, so that a crash, endless work or too much memory ends that process and not the build. Tables are made of the words
in `pdf_tables`.
"""

from __future__ import annotations

import subprocess
import sys
from typing import Any, Final, NamedTuple

import orjson

from capex_pipeline.raw.errors import DocumentError

MOST_PAGES: Final = 1_500
_MOST_CHARACTERS: Final = 12_000_000
_MOST_SECONDS: Final = 90
"""Processor seconds. An annual report of 270 pages takes 3."""
_MOST_MEMORY: Final = 1_500 * 2**20
"""Bytes of address space of the process."""


_SAMPLE: Final = 8
"""One character of so many is asked for its place in the character map of its font."""
_MOST_UNMAPPED: Final = 0.25
"""Share of characters without one from which a document is not read. Documents with a few such signs have less than 0.03."""


class Word(NamedTuple):
    """A word and its box in points, from the left and from the top of the page."""

    text: str
    left: float
    right: float
    top: float
    bottom: float


def words_of(data: bytes, name: str) -> list[list[Word]]:
    """The words of each page, in the order of the document.

    Raises DocumentError: encrypted, scanned, without_letters, too_many_cells, unreadable.
    """
    command = [sys.executable, "-m", __name__]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=4 * _MOST_SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise DocumentError(
            "unreadable", f"{name} takes more than {_MOST_SECONDS} s to read; give the pages with the figures."
        ) from error
    if done.returncode != 0:
        raise DocumentError(
            "unreadable",
            f"{name} cannot be read within {_MOST_SECONDS} s and {_MOST_MEMORY // 2**20} MB, or is broken; print it to a new PDF.",
        )
    answer: dict[str, Any] = orjson.loads(done.stdout)
    if "rule" in answer:
        raise DocumentError(answer["rule"], f"{name} {answer['message']}")
    return [[Word(*word) for word in page] for page in answer["pages"]]


def _main() -> None:
    """Reads a PDF from standard input and writes its words, or the reason why there are none, as JSON."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (_MOST_SECONDS, _MOST_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    except (ImportError, ValueError, OSError):
        pass  # a system without such limits still has the time limit of the caller
    sys.stdout.buffer.write(orjson.dumps(_read(sys.stdin.buffer.read())))


def _read(data: bytes) -> dict[str, Any]:
    import pypdfium2
    from pypdfium2 import raw

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error):
            return {"rule": "encrypted", "message": "is encrypted; save it without a password."}
        return {"rule": "unreadable", "message": f"is no PDF that can be read ({error})."}
    if len(document) > MOST_PAGES:
        return {
            "rule": "too_many_cells",
            "message": f"has more than {MOST_PAGES:,} pages; give those with the figures.",
        }
    pages: list[list[tuple[str, float, float, float, float]]] = []
    characters = unmapped = 0
    for number in range(len(document)):
        try:
            page = document[number]
            text = page.get_textpage()
        except pypdfium2.PdfiumError:
            pages.append([])
            continue
        characters += max(raw.FPDFText_CountChars(text.raw), 0)
        if characters > _MOST_CHARACTERS:
            return {
                "rule": "too_many_cells",
                "message": f"has more than {_MOST_CHARACTERS:,} characters; give the pages with the figures.",
            }
        for index in range(0, raw.FPDFText_CountChars(text.raw), _SAMPLE):
            unmapped += raw.FPDFText_HasUnicodeMapError(text.raw, index) == 1
        pages.append(_words(text.raw, page.get_height(), raw))
        text.close()
        page.close()
    if unmapped * _SAMPLE > _MOST_UNMAPPED * characters:
        return {
            "rule": "without_letters",
            "message": "does not say which letters its signs are (its fonts have no character map); recognise its text as that of a scan, or type its figures into a table.",
        }
    if sum(map(len, pages)) < 3 * len(pages):
        return {
            "rule": "scanned",
            "message": "has pages without text: it is a scan; give a PDF with text, or type its figures into a table.",
        }
    return {"pages": pages}


def _words(text: Any, height: float, raw: Any) -> list[tuple[str, float, float, float, float]]:
    """Characters joined to words: a space, another line or a gap ends a word."""
    words: list[tuple[str, float, float, float, float]] = []
    box = raw.FS_RECTF()
    letters: list[str] = []
    left = right = top = bottom = 0.0

    def finish() -> None:
        if letters:
            words.append(
                ("".join(letters), round(left, 2), round(right, 2), round(height - top, 2), round(height - bottom, 2))
            )
            letters.clear()

    for index in range(raw.FPDFText_CountChars(text)):
        code = raw.FPDFText_GetUnicode(text, index)
        if code <= 32 or code in (0xA0, 0x3000, 0x2003, 0x2002, 0x2009, 0xFFFE):
            finish()
            continue
        if not raw.FPDFText_GetLooseCharBox(text, index, box):
            continue
        size = box.top - box.bottom
        if letters:
            apart = box.left - right
            if apart > 0.3 * size or apart < -size or abs(box.bottom - bottom) > 0.5 * size:
                finish()
        if letters:
            left, right, top, bottom = (
                min(left, box.left),
                max(right, box.right),
                max(top, box.top),
                min(bottom, box.bottom),
            )
        else:
            left, right, top, bottom = box.left, box.right, box.top, box.bottom
        letters.append(chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd")
    finish()
    return words


if __name__ == "__main__":
    _main()
