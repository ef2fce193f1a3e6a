"""Mutators that attack a format: expanding entities, deep nesting, tags that construct objects, repeated keys.

Each is a function (random, bytes of a good document) -> bytes, registered by the ending of the file. Add an attack
here. Changes that keep a document plausible are in `tests/soak/mutations/edits.py`, changes of a file's place in
`tests/soak/mutations/places.py`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

Attack = Callable[[random.Random, bytes], bytes]

# -------------------------------------------------------------------------------------------------------------------- YAML


def yaml_laughs(chance: random.Random, data: bytes) -> bytes:
    """Anchors of anchors that expand to billions, an alias to itself, a merge key."""
    levels = ["a0: &a0 [x,x,x,x,x,x,x,x,x]"]
    levels += [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    return chance.choice(
        (
            "\n".join(levels).encode() + b"\n" + data,
            b"loop: &l [*l]\n" + data,
            b"base: &b {x: y}\nmore: {<<: *b}\n" + data,
        )
    )


def yaml_tags(chance: random.Random, data: bytes) -> bytes:
    """Tags that construct objects or call functions, on the whole and on a value."""
    tag = chance.choice(
        ("!!python/object/apply:os.system ['exit 3']", "!!python/name:os.system", "!!python/object/new:type [x, [], {}]",
         "!!python/module:this", "!!binary gIGC", "!!timestamp 2024-13-45", "!!set {a}", "!!omap [a: b]", "!!int 0o9", "!unknown x")
    )  # fmt: skip
    found = list(re.finditer(rb": *([\w\"-][^\n,}]*)", data))
    if not found or chance.random() < 0.2:
        return tag.encode() + b"\n" + data
    match = chance.choice(found)
    return data[: match.start(1)] + tag.encode() + data[match.end(1) :]


def yaml_nesting(chance: random.Random, data: bytes) -> bytes:
    """Lists and mappings in one another, as a value or as a key."""
    depth = chance.choice((13, 100, 5000, 60_000))
    deep = chance.choice(
        (
            b"[" * depth + b"]" * depth,
            b"{a: " * depth + b"}" * depth,
            b"- " * min(depth, 5000),
            b"? " * min(depth, 5000),
            b"[" * depth,
        )
    )
    return data + b"extra: " + deep + b"\n" if chance.random() < 0.7 else deep + data


def yaml_repeats(chance: random.Random, data: bytes) -> bytes:
    """A key twice, two documents in one file, very many entries, a key that is a list."""
    lines = data.splitlines(keepends=True)
    keyed = [line for line in lines if re.match(rb"[ -]*\w+:", line)]
    again = data + (chance.choice(keyed) if keyed else b"")
    many = data + b"statements2:\n" + b"- a\n" * chance.choice((1000, 100_000))
    return chance.choice(
        (
            again,
            data + b"---\n" + data,
            many,
            data + b"[a, b]: c\n",
            data + b"? {x: y}\n: z\n",
            b"%YAML 9.9\n---\n" + data,
        )
    )


# --------------------------------------------------------------------------------------------------------------------- CSV


def csv_formulas(chance: random.Random, data: bytes) -> bytes:
    """A cell that a spreadsheet would run."""
    formula = chance.choice(
        (b"=1+1", b"=cmd|' /C calc'!A0", b"+1", b"-1+1", b"@SUM(A1)", b'"=HYPERLINK(""http://x"",""y"")"', b"\t=1")
    )
    return _in_a_cell(chance, data, formula)


def _in_a_cell(chance: random.Random, data: bytes, text: bytes) -> bytes:
    lines = data.split(b"\n")
    at = chance.randrange(len(lines))
    cells = lines[at].split(b",")
    cells[chance.randrange(len(cells))] = text
    lines[at] = b",".join(cells)
    return b"\n".join(lines)


def csv_columns(chance: random.Random, data: bytes) -> bytes:
    """A column named twice, renamed, unknown, without a name; a header only; no header."""
    header, _, rest = data.partition(b"\n")
    names = header.split(b",")
    name = chance.choice(names)
    new = chance.choice(
        (
            b",".join([*names, name]),
            header.replace(name, b"amount"),
            header.replace(name, b""),
            header.upper(),
            header + b",",
            b"",
        )
    )
    return chance.choice(
        (new + b"\n" + rest, header + b"\n", rest, b"\n\n" + data, header.replace(b",", b";") + b"\n" + rest)
    )


def csv_shape(chance: random.Random, data: bytes) -> bytes:
    """Cells too many or too few, quotes that do not close, a cell over many lines, other line ends, a cell without end."""
    at = chance.randrange(len(data) + 1)
    lines = data.splitlines()
    row = chance.choice(lines) if lines else b""
    return chance.choice((
        data + row + b",,,\n", data + b"one\n", data[:at] + b'"' + data[at:], data.replace(b"\n", b"\r"), data.replace(b"\n", b"\r\n"),
        _in_a_cell(chance, data, b'"' + b"line\n" * 30 + b'"'), _in_a_cell(chance, data, b"x" * chance.choice((10_001, 200_000))),
        data + b"\n" * 20_000, data + b"x\n" * 20_000, data + row + b"\n" + row + b"\n", data.replace(b",", b"\t"),
    ))  # fmt: skip


# -------------------------------------------------------------------------------------------------------------------- JSON


def json_nesting(chance: random.Random, data: bytes) -> bytes:
    """Lists and mappings in one another, in place of a value or of all."""
    depth = chance.choice((900, 1100, 100_000))
    deep = chance.choice((b"[" * depth + b"]" * depth, b'{"a":' * depth + b"1" + b"}" * depth, b"[" * depth))
    return _in_place_of_a_value(chance, data, deep)


def _in_place_of_a_value(chance: random.Random, data: bytes, new: bytes) -> bytes:
    found = list(re.finditer(rb'(?<=[:\[,])\s*("[^"]*"|-?\d[\d.eE+-]*)(?=\s*[,}\]])', data))
    if not found:
        return new
    match = chance.choice(found)
    return data[: match.start()] + new + data[match.end() :]


def json_values(chance: random.Random, data: bytes) -> bytes:
    """A value of another type, or one that JSON does not know."""
    new = chance.choice((
        b"NaN", b"Infinity", b"-Infinity", b"1e400", b"-1e400", b"9" * 400, b"9" * 5000, b"true", b"null", b"[]", b"{}", b'""', b'"x"', b"0", b"-1",
        b"1.5", b"1e-7", b'"\\ud800"', b'"\\u0000"', b'"2024-02-30"', b'"9999-12-31"', b'"0001-01-01"', b'"NaT"', b'"nan"', b"18446744073709551615",
        b'"10-Q "', b'"0000000000-00-000000"', b"[1]", b'{"a":1}', b"1e22", b"9007199254740993",
    ))  # fmt: skip
    return _in_place_of_a_value(chance, data, new)


def json_keys(chance: random.Random, data: bytes) -> bytes:
    """A key that is there twice, with another value or with all that is below it; a key removed or renamed."""
    found = list(re.finditer(rb'"(\w[\w-]*)"\s*:', data))
    if not found:
        return data
    match = chance.choice(found)
    end = re.compile(rb'\s*("[^"]*"|-?\d[\d.eE+-]*)').match(data, match.end())
    pair = data[match.start() : end.end()] + b"," if end else match[0] + b"{},"
    renamed = data[: match.start(1)] + b"other" + data[match.end(1) :]
    unit = re.search(rb'"USD"\s*:\s*\[(?:[^\]]*)\]', data)
    twice = data[: unit.end()] + b"," + data[unit.start() :] if unit else data
    emptied = data[: unit.end()] + b',"USD":[]' + data[unit.end() :] if unit else data
    return chance.choice((data[: match.start()] + pair + data[match.start() :], renamed, twice, emptied, emptied))


# --------------------------------------------------------------------------------------------------------------------- XML


def _prologue(data: bytes) -> tuple[bytes, bytes]:
    match = re.match(rb"\s*<\?xml[^>]*\?>\s*", data)
    return (data[: match.end()], data[match.end() :]) if match else (b"", data)


def xml_entities(chance: random.Random, data: bytes) -> bytes:
    """Entities that expand to billions, that name files or hosts, that stand in attributes; entities without declaration."""
    head, body = _prologue(data)
    laughs = b'<!ENTITY l0 "ha">' + b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 12))
    outside = b'<!ENTITY e SYSTEM "file:///etc/hostname"><!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd">%p;'
    quadratic = b'<!ENTITY q "' + b"x" * 50_000 + b'">'
    inside, use = chance.choice(
        ((laughs, b"&l11;"), (outside, b"&e;"), (quadratic, b"&q;" * 5000), (b"", b"&undeclared;"))
    )
    declared = b"<!DOCTYPE xbrl [" + inside + b"]>" if inside else b""
    if chance.random() < 0.5:
        used = re.sub(rb">([^<>]*\d[^<>]*)<", b">" + use + b"<", body, count=1)
    else:
        used = re.sub(rb'contextRef="[^"]*"', b'contextRef="' + use + b'"', body, count=1)
    return head + declared + used


def xml_hidden_type(chance: random.Random, data: bytes) -> bytes:
    """A document type in an encoding in which it does not look like one."""
    _, body = _prologue(data)
    text = '<!DOCTYPE xbrl [<!ENTITY e "9">]>' + body.decode("utf-8", "replace")
    encoding = chance.choice(("utf-16", "utf-16-le", "utf-32", "cp037", "utf-7", "iso-2022-jp"))
    said = {"cp037": "IBM037", "utf-16-le": "UTF-16"}.get(encoding, encoding.upper())
    whole = f'<?xml version="1.0" encoding="{said}"?>' + text
    if encoding == "utf-7":
        return b'<?xml version="1.0" encoding="UTF-7"?>' + text.replace("<!", "\u003c!").encode("utf-7")
    if encoding == "iso-2022-jp":
        return (
            whole.encode("ascii", "replace")
            .replace(b"<!DOCTYPE", b"<!DOC\x1b(J\x1b(BTYPE")
            .replace(b"<!ENTITY", b"<!EN\x1b(J\x1b(BTITY")
        )
    return whole.encode(encoding, "replace")


def xml_nesting(chance: random.Random, data: bytes) -> bytes:
    """Elements in one another, very many attributes, very many elements, a name without end."""
    depth = chance.choice((100, 250, 300, 20_000))
    closing = data.rfind(b"</")
    new = chance.choice((
        b"<a>" * depth + b"</a>" * depth, b"<a " + b" ".join(b'x%d="1"' % n for n in range(depth)) + b"/>", b"<a/>" * depth,
        b"<" + b"n" * depth * 10 + b"/>", b"<!-- " + b"-" * depth, b"<![CDATA[" + b"]" * depth + b"]]>",
        b'<ix:nonFraction name="x:y" contextRef="c1" unitRef="u1">' * min(depth, 250) + b"1" + b"</ix:nonFraction>" * min(depth, 250),
        b'<?xml-stylesheet href="http://127.0.0.1:9/x.xsl" type="text/xsl"?>',
        b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/hostname" parse="text"/>',
    ))  # fmt: skip
    return data[:closing] + new + data[closing:]


def xml_repeats(chance: random.Random, data: bytes) -> bytes:
    """An element twice, a context under another one's id, a context or unit removed, a fact in a unit that is not there."""
    elements = re.findall(
        rb"<(?:\w+:)?context .*?</(?:\w+:)?context>|<(?:\w+:)?unit .*?</(?:\w+:)?unit>|<[\w:-]+ [^>]*contextRef=[^>]*>[^<]*</[\w:-]+>",
        data,
        re.DOTALL,
    )
    if not elements:
        return data
    one = chance.choice(elements)
    contexts = [element for element in elements if b"context id=" in element]
    other_id = re.sub(rb'id="[^"]*"', b'id="c1"', chance.choice(contexts or elements))
    other_date = re.sub(rb"20\d\d-(\d\d)", rb"2021-\1", one)
    return chance.choice((
        data.replace(one, one + one, 1), data.replace(one, b"", 1), data.replace(one, one + other_id, 1), data.replace(one, one + other_date, 1),
        data.replace(one, re.sub(rb'(unitRef|contextRef)="[^"]*"', rb'\1="gone"', one), 1),
    ))  # fmt: skip


def xml_numbers(chance: random.Random, data: bytes) -> bytes:
    """A fact's text, decimals, scale, sign or format replaced by one beyond bounds."""
    number = chance.choice((
        b"1e999", b"-1E+999", b"1e-999", b"9" * 5000, b"NaN", b"INF", b"", b" ", b"--5", b"(5)", b"1,234", "١٢".encode(), b"one hundred " * 5000,
        b"1" + b",,, " * 20_000, b"no", "—".encode(), b"0x10", b"1 2",
    ))  # fmt: skip
    choices = [
        re.sub(rb'(contextRef="c\d"[^>]*>)[^<]*<', lambda match: match[1] + number + b"<", data, count=1),
        re.sub(rb'decimals="[^"]*"', b'decimals="' + chance.choice((b"x", b"NaN", b"inf", b"-9999999999", b"1e400", b"", b"INF")) + b'"', data, count=1),
        re.sub(rb'scale="[^"]*"', b'scale="' + chance.choice((b"31", b"-31", b"999999999", b"x", b"", b"1e3", "٣".encode())) + b'"', data, count=1),
        re.sub(rb'format="[^"]*"', b'format="' + chance.choice((b"ixt:num-comma-decimal", b"ixt-sec:numwordsen", b"ixt:fixed-zero", b"ixt:zerodash",
               b"ixt:num-unit-decimal", b"x", b"")) + b'"', data, count=1),
        re.sub(rb">0000789019<", b">" + chance.choice((b"9" * 5000, b"99999999999999999999", b"0", b"", b"-1", b"1018724", "٧".encode())) + b"<", data,
               count=chance.choice((0, 1))),
        re.sub(rb">20\d\d-\d\d-\d\d<", b">" + chance.choice((b"2024-02-30", b"NaT", b"", b"9999-12-31", b"0001-01-01", b"2024-03-31T00:00:00", b"nan",
               b"99999-01-01", b"20240331", b" 2024-03-31 ")) + b"<", data, count=chance.choice((0, 1))),
    ]  # fmt: skip
    formatted = re.sub(
        rb'format="[^"]*"([^>]*>)[^<]*<',
        lambda match: b'format="ixt-sec:numwordsen"' + match[1] + number + b"<",
        data,
        count=1,
    )
    unit_format = re.sub(
        rb'format="[^"]*"([^>]*>)[^<]*<',
        lambda match: b'format="ixt:num-unit-decimal"' + match[1] + number + b"<",
        data,
        count=1,
    )
    return chance.choice([*choices, formatted, unit_format])


# -------------------------------------------------------------------------------------------------------------------- text

_WORDS = (
    "$1 billion", "50bn yuan", "¥", "RMB", "more than", "up 123 per cent", "a year earlier", "Alibaba", "Tencent", "Nvidia", "H20", "capex", "capital expenditure",
    "in the first half of 2024", "Q2 FY2025", "half", "double", "between", "and", "from", "to", "hundreds of thousands of", "one million", "chips", "respectively",
    "this year", "last quarter", "(", ")", ",", ".", ";", "“", "”", "’s", "\n\n", "2023", "2024", "0", "9" * 40, "1e9", "%", "–", "亿元", "cloud revenue",
)  # fmt: skip


def text_words(chance: random.Random, data: bytes) -> bytes:
    """The words that the reader of texts looks for, in any order and number."""
    words = [chance.choice(_WORDS) for _ in range(chance.choice((5, 50, 500, 3000)))]
    new = chance.choice((" ", "", " ", "\n")).join(words)
    end = data.find(b"\n---\n") + 5
    at = end + chance.randrange(max(1, len(data) - end))
    return data[:at] + new.encode() + data[at:]


def text_front(chance: random.Random, data: bytes) -> bytes:
    """Front matter that expands, nests, repeats a key, does not close, or gives a key a value that is none."""
    _, _, rest = data.partition(b"---\n")
    new = chance.choice((
        b"a: &a [x]\nb: *a\n", b"deep: " + b"[" * 5000 + b"\n", b"title: other\n", b"published: 2023-01-01\n", b"x: !!python/name:os.system\n", b"- " * 4000 + b"\n",
        b"-\n" * 9000, b"note: " + b"x" * 30_000 + b"\n", b"? [a]\n: b\n", b"document_id: a|b\n", b"document_id: article-1\nnote: ''\n", b"origin: [x, y]\n", b"\t\n",
        b"retrieved: yesterday\n", "retrieved: ٢٠٢٤-٠٩-٠١\n".encode(), b"published_by: 2024-13-01\n", b":\n" * 6000,
    ))  # fmt: skip
    if chance.random() < 0.3:
        rest = re.sub(rb"published: [^\n]*\n", b"", rest, count=1)
    return b"---\n" + new + rest if chance.random() < 0.8 else b"---\n" + new + rest.replace(b"---\n", b"", 1)


_YAML: tuple[Attack, ...] = (yaml_laughs, yaml_tags, yaml_nesting, yaml_repeats)
_XML: tuple[Attack, ...] = (xml_entities, xml_hidden_type, xml_nesting, xml_repeats, xml_numbers, xml_numbers)
ATTACKS: dict[str, tuple[Attack, ...]] = {
    ".yaml": _YAML,
    ".csv": (csv_formulas, csv_columns, csv_shape),
    ".json": (json_nesting, json_values, json_values, json_keys),
    ".xml": _XML,
    ".htm": _XML,
    ".txt": (text_words, text_front),
}
"""By ending of the file that is spoiled."""
