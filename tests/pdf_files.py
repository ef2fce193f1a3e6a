"""Small PDF documents for tests: texts at places, written by hand after ISO 32000 (7.5 file structure, 9.4 text)."""

from collections.abc import Sequence

CHARACTER = 0.5
"""About the width of a digit of Helvetica, in parts of the size of the font."""
SIZE = 10


def right(text: str, edge: float, y: float) -> tuple[str, float, float]:
    """A text that ends at an edge; digits of Helvetica are 0.556 wide, commas and brackets narrower."""
    width = sum(
        {",": 0.278, ".": 0.278, "(": 0.333, ")": 0.333, " ": 0.278}.get(character, 0.556) for character in text
    )
    return text, edge - width * SIZE, y


def centred(text: str, middle: float, y: float) -> tuple[str, float, float]:
    """A text around a middle, roughly."""
    return text, middle - len(text) * CHARACTER * SIZE / 2, y


_HELVETICA = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
_NUMBERED = (
    "<< /Type /Font /Subtype /Type0 /BaseFont /Own /Encoding /Identity-H /DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Own /DW 500 "
    "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor << /Type /FontDescriptor /FontName /Own /Flags 4 "
    "/FontBBox [0 0 1000 1000] /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >> >>] >>"
)
"""A font whose signs have numbers of its own and no /ToUnicode map (9.10.2)."""


def pdf(*pages: Sequence[tuple[str, float, float]], has_letters: bool = True) -> bytes:
    """A document of pages with texts (text, points from the left, points from the top) in Helvetica of 10 points, or in a font that does not
    say which letters its signs are."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    objects.append(_HELVETICA if has_letters else _NUMBERED)
    kids = []
    for texts in pages:
        lines = []
        for text, x, y in texts:
            escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
            shown = f"({escaped})" if has_letters else f"<{''.join(f'{ord(letter) - 29:04x}' for letter in text)}>"
            lines.append(f"BT /F1 {SIZE} Tf {x:.2f} {792 - y:.2f} Td {shown} Tj ET")
        content = "\n".join(lines)
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {len(objects)} 0 R /Resources << /Font << /F1 3 0 R >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    data, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    trailer = (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\n"
    )
    return data + f"{trailer}startxref\n{len(data)}\n%%EOF".encode()
