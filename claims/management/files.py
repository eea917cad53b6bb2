"""Files that are there whole or not at all: written under another name first, then renamed."""

import os
import secrets
from collections.abc import Iterable
from pathlib import Path


def write(path: Path, chunks: Iterable[str]) -> None:
    """Writes ``chunks`` into ``path``, in place of what was there; a failure on the way leaves that as it was."""
    beside = _beside(path, chunks)
    try:
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def create(path: Path, text: str) -> bool:
    """Writes a new file. One that is there already is never overwritten: returns whether it says the same.

    Two processes that do this at the same moment make one file.
    """
    if not path.exists():
        beside = _beside(path, [text])
        try:
            _rename_unless_there(beside, path)
        finally:
            beside.unlink(missing_ok=True)
    return path.read_bytes() == text.encode()


def _rename_unless_there(beside: Path, path: Path) -> None:
    try:
        os.link(beside, path)
    except FileExistsError:
        return
    except OSError:  # a file system without hard links
        if not path.exists():
            beside.replace(path)


def _beside(path: Path, chunks: Iterable[str]) -> Path:
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with beside.open("x", encoding="utf-8", newline="\n") as file:
            file.writelines(chunks)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    return beside
