"""Mutators of bytes for any kind of document: bit flips, cuts, encodings, deceptive characters, huge numbers.

Each is a function (random, bytes) -> bytes. Add one here when it needs no knowledge of a format; the others are in
`tests/soak/mutations/attacks.py` and `tests/soak/mutations/edits.py`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

INVISIBLE = (
    "\u200b",
    "\u200c",
    "\u200d",
    "\u2060",
    "\ufeff",
    "\u00ad",
    "\u202e",
    "\u202d",
    "\u2066",
    "\u2069",
    "\u061c",
    "\u200f",
)
"""Zero-width characters and those that turn the direction of writing."""

HUGE_NUMBERS = (
    "1e400", "-1e400", "1e99", "9" * 400, "9" * 5000, "0." + "0" * 400 + "1", "NaN", "Infinity", "-Infinity", "1e-400",
    "18446744073709551616", "9223372036854775808", "-9223372036854775809", "1" + "," + "000," * 200 + "000", "0x7fffffff",
    "1_000_000", "١٢٣", "１２３", "²", "½", "一百", "-0", "+5", "1e5", "--1", "1.2.3", "0", "00012", "4,2", "1'000",
)  # fmt: skip
"""Texts to stand where a number stood."""

_DIGITS = re.compile(rb"\d+")


def _place(chance: random.Random, data: bytes) -> int:
    return chance.randrange(len(data) + 1)


def byte_flips(chance: random.Random, data: bytes) -> bytes:
    """One to eight bits turned."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4, 8)) if data else 0):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def other_bytes(chance: random.Random, data: bytes) -> bytes:
    """Some bytes replaced by any others."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 20) if data else 0):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def truncation(chance: random.Random, data: bytes) -> bytes:
    """The end cut off, or the beginning."""
    cut = _place(chance, data)
    return data[:cut] if chance.random() < 0.8 else data[cut:]


def spliced(chance: random.Random, data: bytes) -> bytes:
    """A piece removed, repeated or moved."""
    start = _place(chance, data)
    end = min(len(data), start + chance.choice((1, 4, 20, 100, 500)))
    piece, rest = data[start:end], data[:start] + data[end:]
    to = _place(chance, rest)
    repeated = data[:end] + piece * chance.choice((1, 2, 50)) + data[end:]
    return chance.choice((rest, repeated, rest[:to] + piece + rest[to:]))


def lines_moved(chance: random.Random, data: bytes) -> bytes:
    """A line removed, repeated, or two exchanged."""
    lines = data.splitlines(keepends=True) or [b""]
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    what = chance.randrange(3)
    if what == 0:
        del lines[one]
    elif what == 1:
        lines.insert(other, lines[one])
    else:
        lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


def other_encoding(chance: random.Random, data: bytes) -> bytes:
    """UTF-16, UTF-32, Latin-1, GB 18030, with and without byte order marks, or two encodings mixed."""
    text = data.decode("utf-8", "replace")
    encoding = chance.choice(
        ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1", "gb18030", "cp037", "utf-7", "utf-8-sig")
    )
    wide = text.encode(encoding, "replace")
    return chance.choice((wide, wide, data + wide, data[: len(data) // 2] + wide[: len(wide) // 2]))


def broken_utf8(chance: random.Random, data: bytes) -> bytes:
    """Bytes that are no UTF-8: lone continuations, overlong forms, surrogates, beyond the last character."""
    bad = chance.choice((b"\xff", b"\x80", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82", b"caf\xe9"))
    at = _place(chance, data)
    return data[:at] + bad + data[at:]


def byte_order_mark(chance: random.Random, data: bytes) -> bytes:
    """A UTF-8 byte order mark in front, twice, or in the middle."""
    mark = b"\xef\xbb\xbf"
    at = _place(chance, data)
    return chance.choice((mark + data, mark + mark + data, data[:at] + mark + data[at:]))


def nul_and_controls(chance: random.Random, data: bytes) -> bytes:
    """NUL, escape, vertical tab, next line and other control characters."""
    for _ in range(chance.randint(1, 5)):
        at = _place(chance, data)
        data = (
            data[:at]
            + chance.choice(
                (b"\0", b"\x1b[2J", b"\x0b", b"\x08", b"\x7f", b"\xc2\x85", b"\xe2\x80\xa8", b"\r", b"\x1a")
            )
            + data[at:]
        )
    return data


def invisible_characters(chance: random.Random, data: bytes) -> bytes:
    """Right-to-left marks and zero-width characters between the characters of words and numbers."""
    text = data.decode("utf-8", "replace")
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(text) + 1)
        text = text[:at] + chance.choice(INVISIBLE) + text[at:]
    return text.encode()


def look_alikes(chance: random.Random, data: bytes) -> bytes:
    """Letters and digits replaced by ones that look the same, or by digits of other scripts."""
    pairs = {
        "a": "а",
        "e": "е",
        "o": "ο",
        "c": "с",
        "p": "р",
        "1": "١",
        "2": "２",
        "0": "۰",
        "3": "३",
        "-": "‑",
        " ": "\u3000",
        ".": "。",
        ",": "，",
    }
    text = data.decode("utf-8", "replace")
    letter = chance.choice([one for one in pairs if one in text] or ["a"])
    if chance.random() < 0.5:
        return text.replace(letter, pairs[letter]).encode()
    return text.replace(letter, pairs[letter], chance.randint(1, 3)).encode()


def huge_number(chance: random.Random, data: bytes) -> bytes:
    """One number of the document replaced by one beyond bounds, in another script or in no usable form."""
    found = list(_DIGITS.finditer(data))
    new = chance.choice(HUGE_NUMBERS).encode()
    if not found:
        return data + new
    match = chance.choice(found)
    return data[: match.start()] + new + data[match.end() :]


def long_line(chance: random.Random, data: bytes) -> bytes:
    """A very long run of one token somewhere."""
    token = chance.choice(
        (b"a", b"9", b" ", b"\t", b",", b'"', b"\\", b"(", b"[", b"- ", b"$1bn ", b"\xe4\xba\xbf", b"&", b"<", b"\n")
    )
    at = _place(chance, data)
    return data[:at] + token * (chance.choice((300, 11_000, 140_000)) // len(token)) + data[at:]


def emptied(chance: random.Random, data: bytes) -> bytes:
    """Nothing, or nothing but space."""
    return chance.choice((b"", b"\n", b" " * 1000, b"\0" * 100, b"\xef\xbb\xbf", b"---\n", b"{}", b"[]", b"null"))


def signs(chance: random.Random, data: bytes) -> bytes:
    """Brackets, quotes and separators put in or exchanged."""
    for _ in range(chance.randint(1, 4)):
        at = _place(chance, data)
        length = chance.choice((0, 1))
        data = (
            data[:at]
            + chance.choice(
                (
                    b"{",
                    b"}",
                    b"[",
                    b"]",
                    b'"',
                    b"'",
                    b",",
                    b":",
                    b"&",
                    b"<",
                    b">",
                    b"|",
                    b"#",
                    b"*",
                    b"!",
                    b"%",
                    b"`",
                    b"=",
                )
            )
            + data[at + length :]
        )
    return data


BYTES: tuple[Callable[[random.Random, bytes], bytes], ...] = (
    byte_flips, byte_flips, other_bytes, truncation, spliced, lines_moved, other_encoding, broken_utf8, byte_order_mark,
    nul_and_controls, invisible_characters, look_alikes, huge_number, huge_number, long_line, emptied, signs,
)  # fmt: skip
"""All of them; one that is there twice is tried twice as often."""
