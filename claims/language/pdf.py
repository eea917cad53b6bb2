"""The text of a PDF, read in a process of its own: whatever the file does, the caller's process goes on.

The process gets the bytes and four limits, none of the caller's environment, and ends with its time.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from claims.language.excerpts import searchable

SECONDS = 60
"""How long a PDF may take, by the clock; and how long it may compute."""

MEMORY = 1 << 30
"""How much memory the process may have, in bytes."""

MAX_PAGES = 2_000
"""The most pages that are read."""

PAGE_BREAK = "\f"
"""Stands between two pages, as other programs write it; no page's own text holds one."""

_PROGRAM = str(Path(__file__).with_name("pdf_child.py"))


@dataclass(frozen=True, slots=True)
class PdfText:
    """What came of a PDF.

    ``text`` has ``PAGE_BREAK`` between its pages. ``pages`` is how many the file has, None where that is not known;
    ``read`` is with how many the text begins, ``unread`` how many of these gave nothing because they are damaged.
    ``end`` is empty where that is all, else why there is no more: ``pages`` or ``characters`` (beyond the limit),
    ``slow``, ``memory``, ``locked`` (asks for a password) or ``broken``.
    """

    text: str
    pages: int | None
    read: int
    unread: int
    end: str


def read(
    raw: bytes,
    *,
    most_characters: int,
    most_pages: int = MAX_PAGES,
    seconds: float = SECONDS,
    memory: int = MEMORY,
) -> PdfText:
    """The text of ``raw`` within the limits; never raises, and takes at most ``seconds`` and a moment."""
    limits = [memory, max(1, int(seconds)), most_pages, most_characters]
    command = [sys.executable, "-I", _PROGRAM, *map(str, limits)]
    try:
        done = subprocess.run(  # noqa: S603 - our own program; the file comes on its standard input
            command, input=raw, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=seconds, env={}, check=False
        )
    except subprocess.TimeoutExpired as late:
        return _heard(late.stdout or b"", "slow")
    except OSError:
        return _heard(b"", "broken")
    return _heard(done.stdout, "slow" if done.returncode in _OUT_OF_TIME else "broken")


_OUT_OF_TIME = (-9, -24)
"""Killed by the kernel: SIGKILL comes at the hard limit of computing time, SIGXCPU at the soft one."""


def _heard(said: bytes, unless_it_ended: str) -> PdfText:
    """What the process said, as far as it got; a line that broke off does not count."""
    pages: int | None = None
    texts: list[str | None] = []
    end = unless_it_ended
    for line in said.split(b"\n")[:-1]:
        value: Any = json.loads(line)
        if isinstance(value, dict):
            pages = value.get("pages", pages)
            end = value.get("end", end)
        else:
            texts.append(value)
    return PdfText(
        text=PAGE_BREAK.join(searchable(text or "") for text in texts),
        pages=pages,
        read=len(texts),
        unread=texts.count(None),
        end=end,
    )
