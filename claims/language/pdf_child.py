"""The text of a PDF from standard input, as lines of JSON on standard output. A program of its own.

``claims.language.pdf`` runs it in a process apart, since a PDF may be made to take for ever or all of the memory.
It knows nothing of the project and cuts its own limits before it reads the first byte. Its lines:

- ``{"pages": 5000}``: how many there are;
- for each page a string, or ``null`` where it cannot be read;
- ``{"end": code}``: ``""`` where that was all, else why there is no more; missing where it did not get there.
"""

import io
import json
import os
import resource
import sys
from typing import Any, BinaryIO

from pypdf import PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError, WrongPasswordError


def main(memory: int, seconds: int, most_pages: int, most_characters: int) -> None:
    """Limits: ``memory`` in bytes, ``seconds`` of computing, pages and characters to be given."""
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints is none of our lines
    raw = sys.stdin.buffer.read()
    try:
        end = _read(raw, out, most_pages, most_characters)
    except (FileNotDecryptedError, WrongPasswordError, DependencyError):
        end = "locked"
    except MemoryError:
        end = "memory"
    except Exception:  # noqa: BLE001 - a broken file may raise anything, and each means the same
        end = "broken"
    _say(out, {"end": end})


def _read(raw: bytes, out: BinaryIO, most_pages: int, most_characters: int) -> str:
    reader = PdfReader(io.BytesIO(raw), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        return "locked"
    count = len(reader.pages)
    _say(out, {"pages": count})
    for number in range(min(count, most_pages)):
        text = _page(reader, number)
        if text is not None and len(text) > most_characters:
            _say(out, text[:most_characters])
            return "characters"
        most_characters -= len(text or "")
        _say(out, text)
    return "pages" if count > most_pages else ""


def _page(reader: PdfReader, number: int) -> str | None:
    """A page's text; one page that cannot be read does not cost the others theirs."""
    try:
        text: str = reader.pages[number].extract_text()
    except (MemoryError, Exception):  # noqa: BLE001 - as above
        return None
    return text.strip()


def _say(out: BinaryIO, value: Any) -> None:
    # Half characters, which broken tables of a font give, are written as escapes.
    out.write(json.dumps(value).encode("ascii") + b"\n")
    out.flush()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
