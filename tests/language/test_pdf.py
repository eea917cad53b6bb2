"""PDFs are read in a process of their own: what they say, and that hostile ones cost some time and nothing else."""

from __future__ import annotations

import io
import zlib

import pytest
from pypdf import PdfReader, PdfWriter

from claims.language import pdf
from claims.language.pdf import PdfText
from tests.language.pdfs import document, of_contents, shown, stream
from tests.language.pdfs import pdf as make_pdf


def read(raw: bytes, **limits: float) -> PdfText:
    return pdf.read(raw, **{"most_characters": 100_000, "seconds": 20, **limits})  # type: ignore[arg-type]


def test_pages_come_in_their_order() -> None:
    found = read(make_pdf([["Größe: 3 €", "(2024)"], ["Ende"]], packed=True))

    assert found == PdfText("Größe: 3 €\n(2024)\fEnde", pages=2, read=2, unread=0, end="")


def test_soft_hyphen_at_a_lines_end_is_kept_as_a_hyphen() -> None:
    assert read(make_pdf([["Ent\u00ad", "wicklung"]])).text == "Ent-\nwicklung"


def test_pages_beyond_the_limit_are_counted() -> None:
    found = read(make_pdf([["eins"], ["zwei"], ["drei"]]), most_pages=2)

    assert found == PdfText("eins\fzwei", pages=3, read=2, unread=0, end="pages")


def test_characters_beyond_the_limit_are_cut_within_their_page() -> None:
    found = read(make_pdf([["eins"], ["zwei"], ["drei"]]), most_characters=6)

    assert found == PdfText("eins\fzw", pages=3, read=2, unread=0, end="characters")


def _locked(user: str) -> bytes:
    out = io.BytesIO()
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(make_pdf([["geheim"]]))))
    writer.encrypt(user_password=user, owner_password="owner", algorithm="RC4-128")
    writer.write(out)
    return out.getvalue()


def test_pdf_with_a_password_gives_no_text() -> None:
    assert read(_locked("user")) == PdfText("", pages=None, read=0, unread=0, end="locked")


def test_pdf_that_opens_without_its_password_is_read() -> None:
    assert read(_locked("")).text == "geheim"


def _bomb(*, again: bool = False) -> bytes:
    """A stream of a few megabytes that unpacks to three gigabytes, perhaps packed once more."""
    packer = zlib.compressobj(9)
    first, *more = (packer.compress(bytes(10_000_000)) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    data = first + more[0] * 300
    data = zlib.compress(data) if again else data
    return b"<< /Filter [%s] /Length %d >>\nstream\n%s\nendstream" % (b"/FlateDecode " * (1 + again), len(data), data)


def _nested(depth: int) -> bytes:
    """A page whose content holds lists in lists."""
    return stream(b"BT /F1 11 Tf " + b"[" * depth + b"]" * depth + b" TJ ET", packed=True)


def _cyclic() -> bytes:
    return document(
        [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 1 /Kids [2 0 R] >>"],
    )


WHOLE = stream(shown(["ganz"]))

# One page that is made to harm costs the others nothing, and ends within the limits.
HARMFUL = {
    "bomb": _bomb(),
    "bomb in a bomb": _bomb(again=True),
    "lists in lists": _nested(200_000),
    "not what its filter says": b"<< /Filter /FlateDecode /Length 4 >>\nstream\nabcd\nendstream",
}


@pytest.mark.parametrize("content", HARMFUL.values(), ids=HARMFUL)
def test_harmful_page_leaves_the_others_readable(content: bytes) -> None:
    found = read(of_contents([WHOLE, content, WHOLE]))

    assert (found.pages, found.read, found.text.replace("\f", "")) == (3, 3, "ganzganz")


# A file without a readable page gives no text and never an exception.
@pytest.mark.parametrize(
    "raw",
    [b"", b"%PDF-1.4\n%%EOF", b"\x00" * 1000, _cyclic(), make_pdf([["x"]])[:300], make_pdf([["x"]])[200:]],
    ids=["nothing", "an empty shell", "zeros", "pages in a circle", "cut short", "without its beginning"],
)
def test_broken_file_gives_no_text(raw: bytes) -> None:
    found = read(raw)

    assert found.text == ""
    assert found.end in ("broken", "")


def test_pages_that_came_before_the_time_was_up_are_kept() -> None:
    long = stream(b"BT /F1 11 Tf " + b"(x) Tj " * 400_000 + b"ET", packed=True)

    found = read(of_contents([WHOLE, *[long] * 50]), seconds=2, most_characters=10**9)

    assert found.end == "slow"
    assert found.pages == 51
    assert found.text.startswith("ganz")
    assert 1 <= found.read < 51


def test_process_without_memory_ends_alone() -> None:
    found = read(make_pdf([["x"]]), memory=1_000_000)

    assert (found.text, found.end) == ("", "broken")


def test_process_sees_nothing_of_the_callers_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    program = tmp_path_factory.mktemp("program") / "tell.py"
    program.write_text("import json, os, sys\nprint(json.dumps(' '.join([*os.environ, *sys.argv[1:]])))\n")
    monkeypatch.setattr(pdf, "_PROGRAM", str(program))
    monkeypatch.setenv("SECRET_KEY", "secret")

    found = pdf.read(b"", most_characters=4, most_pages=3, seconds=20, memory=1)

    assert "SECRET_KEY" not in found.text
    assert found.text.endswith("1 20 3 4")


def test_missing_program_gives_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf.sys, "executable", "/no/such/program")

    assert read(make_pdf([["x"]])) == PdfText("", pages=None, read=0, unread=0, end="broken")
