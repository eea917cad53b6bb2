"""Small PDFs made by hand, whole and hostile ones, since a test should know every byte of them."""

from __future__ import annotations

import zlib
from collections.abc import Sequence


def document(objects: Sequence[bytes], *, root: int = 1, trailer: bytes = b"") -> bytes:
    """A PDF of numbered objects, the first of them number 1, with its table of places."""
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root %d 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        root,
        trailer,
        start,
    )
    return bytes(out)


def stream(data: bytes, *, packed: bool = False) -> bytes:
    """A stream object, compressed on demand."""
    data, how = (zlib.compress(data, 9), b"/Filter /FlateDecode ") if packed else (data, b"")
    return b"<< %s/Length %d >>\nstream\n%s\nendstream" % (how, len(data), data)


def shown(lines: Sequence[str]) -> bytes:
    """Lines below each other, as a page's content."""
    words = [b"(%s) Tj T*" % _escaped(line) for line in lines]
    return b"BT /F1 11 Tf 13 TL 56 780 Td\n" + b"\n".join(words) + b"\nET"


def pdf(pages: Sequence[Sequence[str]], *, packed: bool = False, trailer: bytes = b"") -> bytes:
    """A PDF with these lines on its pages (letters of Windows-1252)."""
    return of_contents([stream(shown(lines), packed=packed) for lines in pages], trailer=trailer)


def of_contents(contents: Sequence[bytes], *, trailer: bytes = b"") -> bytes:
    """A PDF with a page for each stream object."""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * number) for number in range(len(contents)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(contents), kids),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, content in enumerate(contents):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % (5 + 2 * number)
        )
        objects.append(content)
    return document(objects, trailer=trailer)


def _escaped(line: str) -> bytes:
    return line.encode("cp1252").replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")
