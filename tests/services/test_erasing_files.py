"""An ordered erasure reaches the files that preserve sources: their rows, their names, their bytes, their entries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from claims import composition
from claims.models import LedgerChange, Snapshot
from claims.services import erasure, preserving, verification
from tests import factories
from tests.factories import Desk
from tests.language import pdfs

pytestmark = pytest.mark.django_db

NAME = "Jane Döring"


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = str(tmp_path / "files")
    return tmp_path / "files"


@pytest.fixture
def erase(desk: Desk, django_capture_on_commit_callbacks: Any) -> Callable[..., None]:
    def erased(text: str = NAME) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            erasure.erase(actor=desk.chief, text=text, reason="An order of the court.")

    return erased


def kept(desk: Desk, raw: bytes, name: str = "letter.txt", **values: Any) -> Snapshot:
    return factories.make_snapshot(desk.researcher, factories.make_source(desk.researcher), raw, name=name, **values)


def on_disk(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


# However the file holds the words.
@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (f"Signed by {NAME} herself.".encode(), "letter.txt"),
        (f"Signed by {NAME} herself.".encode("cp1252"), "letter.txt"),
        (f"Signed by {NAME} herself.".encode("utf-16"), "letter.txt"),
        (b"<!doctype html><html><body><p>Signed.</p><img alt='Jane D&ouml;ring'></body></html>", "letter.html"),
        (pdfs.pdf([[f"Signed by {NAME} herself."]], packed=True), "letter.pdf"),
        (factories.picture(f"Author: {NAME}".encode("latin-1")), "letter.png"),
        (b"Signed.", f"{NAME}.txt"),
    ],
)
def test_a_file_that_holds_the_words_is_emptied(
    desk: Desk, erase: Callable[..., None], folder: Path, raw: bytes, name: str
) -> None:
    snapshot = kept(desk, raw, name)
    preserving.release(actor=desk.editor, snapshot_id=snapshot.pk, publishable=True)
    erase()

    row = Snapshot.objects.get()
    assert NAME not in str(Snapshot.objects.values())
    assert row.sha256 != snapshot.sha256
    assert not row.publishable
    assert raw not in on_disk(folder)
    assert len(on_disk(folder)) == 1
    assert not LedgerChange.objects.filter(text__contains=snapshot.sha256).exists()
    assert list(verification.verify()) == list(preserving.flaws()) == []


def test_a_file_without_the_words_is_left_alone(desk: Desk, erase: Callable[..., None]) -> None:
    other = kept(desk, b"Somebody else signed.")
    kept(desk, f"Signed by {NAME}.".encode())
    erase()

    assert Snapshot.objects.get(pk=other.pk).sha256 == other.sha256
    with other.file.open() as file:
        assert file.read() == b"Somebody else signed."


def test_bytes_that_another_source_keeps_go_with_the_last_of_them(
    desk: Desk, erase: Callable[..., None], folder: Path
) -> None:
    """A name in one source's address says nothing of the other's file."""
    raw = b"Signed."
    kept(desk, raw, f"{NAME}.txt")
    other = kept(desk, raw)
    erase()

    assert Snapshot.objects.get(pk=other.pk).sha256 == other.sha256
    assert raw in on_disk(folder)
    assert list(preserving.flaws()) == []


def test_an_erasure_that_is_taken_back_leaves_the_file(desk: Desk, folder: Path) -> None:
    raw = f"Signed by {NAME}.".encode()
    snapshot = kept(desk, raw)
    erasure.erase(actor=desk.chief, text=NAME, reason="An order of the court.")

    assert raw in on_disk(folder)  # nothing was committed yet, so nothing is gone
    assert Snapshot.objects.get().file.name != snapshot.file.name


def test_a_row_slipped_under_an_erasure_is_still_found(desk: Desk, erase: Callable[..., None]) -> None:
    kept(desk, f"Signed by {NAME}.".encode())
    erase()
    Snapshot.objects.update(publishable=True)

    assert "whether it may be published" in str(next(verification.verify()))


def test_what_stands_in_place_of_an_erased_file_can_be_marked_as_any_other(
    desk: Desk, erase: Callable[..., None]
) -> None:
    snapshot = kept(desk, f"Signed by {NAME}.".encode())
    preserving.release(actor=desk.editor, snapshot_id=snapshot.pk, publishable=True)
    erase()
    assert list(verification.verify()) == []

    preserving.release(actor=desk.editor, snapshot_id=snapshot.pk, publishable=True)

    assert list(verification.verify()) == []


def test_words_that_stand_in_a_files_number_by_chance_break_no_proof(desk: Desk, erase: Callable[..., None]) -> None:
    """The entries that name it are emptied; the file, which does not hold the words, stays."""
    snapshot = kept(desk, b"Signed.")
    preserving.release(actor=desk.editor, snapshot_id=snapshot.pk, publishable=True)
    erase(str(snapshot.uuid)[-12:])

    assert Snapshot.objects.get().sha256 == snapshot.sha256
    assert list(verification.verify()) == []


def test_readers_are_not_told_of_an_archived_copy_that_was_erased(desk: Desk, erase: Callable[..., None]) -> None:
    """And an item without an address has nothing left by which it could be looked up."""
    source = factories.make_source(desk.researcher, url="")
    snapshot = factories.make_snapshot(desk.researcher, source, f"Signed by {NAME}.".encode())
    claim = factories.ready_claim(desk, factories.evidence_item("L1", source, snapshot=snapshot))
    assert snapshot.sha256 in str(composition.compose(claim))
    erase()

    assert not any("snapshot" in item for item in composition.compose(claim)["evidence"])
    [letter] = [item for item in composition.gate_facts(claim, date(2025, 4, 2)).evidence if item.key == "L1"]
    assert not letter.has_citation
    assert "erased" in str(preserving.gap_of(Snapshot.objects.get()))
