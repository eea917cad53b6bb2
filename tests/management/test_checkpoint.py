"""`manage.py checkpoint` and `verify_ledger --checkpoint`: a ledger that was written anew shows against a copy."""

from __future__ import annotations

import json
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone, translation

from claims import triggers
from claims.errors import Refused
from claims.language import canonical
from claims.management import files
from claims.models import AGGREGATES, Check, Claim, LedgerChange, LedgerEntry, Publication
from claims.services import checkpoints, ledger, review, verification
from tests import factories
from tests.factories import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim(desk: Desk) -> Claim:
    claim = factories.published_claim(desk)
    remark = review.comment(claim_id=claim.pk, actor=desk.editor, text="Well done.")
    review.resolve(claim_id=claim.pk, actor=desk.editor, review_id=remark.pk)
    return factories.fresh(claim)


def written(folder: Path) -> Path:
    call_command("checkpoint", str(folder), stdout=StringIO())
    return folder / f"checkpoint-{timezone.localdate().isoformat()}.json"


def verified(*given: Path) -> tuple[str, list[str]]:
    """What `verify_ledger` says: its answer, or its refusal, and the breaks."""
    output, errors = StringIO(), StringIO()
    try:
        call_command("verify_ledger", *(f"--checkpoint={one}" for one in given), stdout=output, stderr=errors)
    except CommandError as error:
        return f"{error} ({error.returncode})", errors.getvalue().splitlines()
    return output.getvalue(), errors.getvalue().splitlines()


def write_anew(claim: Claim, sequence: int, **columns: Any) -> None:
    """What an administrator can do who has the database: alter an entry and compute every later hash again."""
    triggers.drop(connection)
    previous = None
    for entry in claim.ledger.filter(sequence__gte=sequence).select_related("change").order_by("sequence"):
        values = {name: getattr(entry, f"{name}_id" if name in ("actor", "on_behalf_of") else name) for name in (
            "sequence", "action", "change_set", "changed_content", "authored", "at", "previous_hash")}  # fmt: skip
        values |= {"actor_id": entry.actor_id, "on_behalf_of_id": entry.on_behalf_of_id}
        values |= columns if entry.sequence == sequence else {}
        if previous is not None:
            values["previous_hash"] = previous
        change = canonical.commitment(entry.change.salt, entry.change.text)
        text = ledger.entry_text("claim", claim.uuid, values, change)
        previous = canonical.digest(text)
        LedgerEntry.objects.filter(pk=entry.pk).update(**values, text=text, hash=previous)


# Writing


def test_it_notes_the_head_of_every_chain_and_the_last_version_of_every_check(claim: Claim, tmp_path: Path) -> None:
    said = json.loads(written(tmp_path).read_text())

    rows = [(name, str(row.uuid), row.revision) for name, model in AGGREGATES.items() for row in model.objects.all()]
    checks = [("check", str(check.uuid), check.publications.count()) for check in Check.objects.all()]
    assert [(head["kind"], head["uuid"], head["revision"]) for head in said["heads"]] == [*sorted(rows), *checks]
    own = next(head for head in said["heads"] if head["uuid"] == str(claim.uuid))
    assert own["hash"] == claim.ledger.latest("sequence").hash
    version = next(head for head in said["heads"] if head["kind"] == "check")
    assert version["hash"] == Publication.objects.get().hash
    assert said["checkpoint"] == timezone.localdate().isoformat()


def test_it_is_canonical_with_a_hash_over_all_of_it(claim: Claim, tmp_path: Path) -> None:
    text = written(tmp_path).read_text()

    said = json.loads(text)
    assert text == canonical.text(said)
    noted = said.pop("hash")
    assert noted == canonical.digest(canonical.text(said))
    assert claim.texts.first().statement not in text


def test_the_same_again_changes_nothing_and_other_heads_of_the_same_day_are_refused(
    claim: Claim, desk: Desk, tmp_path: Path
) -> None:
    path = written(tmp_path)
    before = path.read_bytes()
    written(tmp_path)
    review.comment(claim_id=claim.pk, actor=desk.editor, text="One more.")

    with pytest.raises(CommandError, match="is there already and notes other heads"):
        call_command("checkpoint", str(tmp_path))

    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no folder"):
        call_command("checkpoint", str(tmp_path / "nowhere"))


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(CommandError, match="cannot be written: No space left on device"):
        call_command("checkpoint", str(tmp_path))

    assert list(tmp_path.iterdir()) == []


def test_a_file_system_without_hard_links_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none_here(_source: Path, _target: Path) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(files.os, "link", none_here)

    assert files.create(tmp_path / "a", "one")
    assert not files.create(tmp_path / "a", "two")
    assert (tmp_path / "a").read_text() == "one"


def test_of_two_at_the_same_moment_one_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a"
    beside = files._beside

    def slow(where: Path, chunks: Any) -> Path:
        made = beside(where, chunks)
        path.write_text("the other one's")
        return made

    monkeypatch.setattr(files, "_beside", slow)

    assert not files.create(path, "mine")
    assert path.read_text() == "the other one's"


# Comparing


def test_a_ledger_that_grew_since_fits(claim: Claim, desk: Desk, tmp_path: Path) -> None:
    path = written(tmp_path)
    factories.publish_again(claim, desk)

    answer, breaks = verified(path)

    assert breaks == []
    assert answer.endswith("It has every head that was noted in 1 checkpoints.\n")
    assert verified(tmp_path) == (answer, [])


def test_a_chain_that_an_administrator_wrote_anew_holds_by_itself_and_is_found_against_a_copy(
    claim: Claim, desk: Desk, tmp_path: Path
) -> None:
    path = written(tmp_path)
    last = claim.revision
    write_anew(claim, last, actor_id=desk.auditor.pk)

    assert list(verification.verify()) == []
    assert verified()[1] == []
    answer, breaks = verified(path)

    day = timezone.localdate().isoformat()
    assert breaks == [f"claim {claim.uuid}, entry {last}: it was written anew since the checkpoint of {day}"]
    assert answer == "The ledger does not hold: 1 breaks. (1)"


def test_an_altered_past_shows_in_the_head_that_covers_it(claim: Claim, desk: Desk, tmp_path: Path) -> None:
    path = written(tmp_path)
    write_anew(claim, 2, at=timezone.now() - timedelta(days=400))

    assert list(verification.verify()) == []
    assert any(f"claim {claim.uuid}, entry {claim.revision}: it was written anew" in line for line in verified(path)[1])


def test_entries_that_were_cut_off_with_the_revision_are_found(claim: Claim, tmp_path: Path) -> None:
    path = written(tmp_path)
    triggers.drop(connection)
    last = claim.ledger.latest("sequence")
    LedgerChange.objects.filter(entry=last)._raw_delete(connection.alias)
    LedgerEntry.objects.filter(pk=last.pk)._raw_delete(connection.alias)
    Claim.objects.filter(pk=claim.pk).update(revision=last.sequence - 1)

    assert list(verification.verify()) == []
    assert f"entry {last.sequence}: it is gone since the checkpoint of" in verified(path)[1][0]


def test_a_chain_that_is_gone_is_found(claim: Claim, desk: Desk, tmp_path: Path) -> None:
    speaker = factories.make_speaker(desk.researcher, "Nobody")
    path = written(tmp_path)
    triggers.drop(connection)
    LedgerChange.objects.filter(entry__speaker=speaker)._raw_delete(connection.alias)
    LedgerEntry.objects.filter(speaker=speaker)._raw_delete(connection.alias)
    type(speaker).objects.filter(pk=speaker.pk)._raw_delete(connection.alias)

    assert list(verification.verify()) == []
    assert verified(path)[1][0].startswith(f"speaker {speaker.uuid}, entry 1: its chain is gone since the checkpoint")


def test_a_version_that_was_written_anew_is_found(claim: Claim, tmp_path: Path) -> None:
    path = written(tmp_path)
    triggers.drop(connection)
    Publication.objects.update(hash="0" * 64)

    check = Check.objects.get()
    assert any(line.startswith(f"check {check.uuid}, version 1: it was written anew") for line in verified(path)[1])


def test_it_costs_the_same_for_many_claims(desk: Desk, django_assert_max_num_queries: Any) -> None:
    for _number in range(3):
        factories.inbox_claim(desk)
    raw = checkpoints.text(date(2026, 11, 24)).encode()

    with django_assert_max_num_queries(2 * len(AGGREGATES) + 2):
        assert list(checkpoints.compare(checkpoints.read(raw))) == []


# A file that does not fit gets a sentence that says why, and the code 1.


def signed(**changed: Any) -> str:
    """A checkpoint with these parts changed, and a hash that fits again."""
    said = json.loads(checkpoints.text(date(2026, 11, 24)))
    del said["hash"]
    said |= changed
    return json.dumps({**said, "hash": canonical.digest(canonical.text(said))})


HEAD = {"kind": "claim", "uuid": "5a0b8e5c-90a5-4d3f-9df0-0a8a0c7a5d10", "revision": 1, "hash": "0" * 64}


def unfit() -> dict[str, tuple[str | bytes, str]]:
    fit = checkpoints.text(date(2026, 11, 24))
    return {
        "bytes": (b"\xff\xfe\x00", "it is not JSON"),
        "cut off": (fit[:-10], "it is not JSON"),
        "nested": ("[" * 100_000, "it is not JSON"),
        "empty": ("", "it is not JSON"),
        "other": ('{"heads": []}', "it is other JSON"),
        "list": ("[1]", "it is other JSON"),
        "a yes for a number": (signed(schema=True), "it is other JSON"),
        "later": (signed(schema=2, sideways=[]), "A later version of this program wrote it (schema 2)"),
        "altered": (fit.replace('"revision":1', '"revision":2', 1), "It was altered or damaged after it was written"),
        "unsigned": (json.dumps({"schema": 1, "checkpoint": "2026-11-24", "heads": []}), "It was altered or damaged"),
        "half a letter": (fit.replace('"2026', '"\\ud8002026', 1), "It was altered or damaged"),
        "no day": (signed(checkpoint="today"), "no checkpoint that this program can read"),
        "unknown kind": (signed(heads=[{**HEAD, "kind": "planet"}]), "no checkpoint that this program can read"),
        "no number": (signed(heads=[{**HEAD, "revision": "1"}]), "no checkpoint that this program can read"),
        "no uuid": (signed(heads=[{**HEAD, "uuid": "x"}]), "no checkpoint that this program can read"),
        "more": (signed(heads=[{**HEAD, "more": 1}]), "no checkpoint that this program can read"),
        "another desk's": (signed(heads=[HEAD]), "It is of another desk, or this database is another one"),
    }


def test_each_file_that_does_not_fit_is_named_with_the_reason(claim: Claim, tmp_path: Path) -> None:
    for name, (content, reason) in unfit().items():
        file = tmp_path / "checkpoint-2026-11-24.json"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())

        answer, breaks = verified(file)

        assert len(breaks) == 1, name
        assert breaks[0].startswith(f"{file}: "), name
        assert reason in breaks[0], name
        assert answer == "The ledger does not hold: 1 breaks. (1)"


def test_one_that_does_not_fit_keeps_no_other_from_being_compared(claim: Claim, tmp_path: Path) -> None:
    path = written(tmp_path)
    (tmp_path / "checkpoint-2020-01-01.json").write_text("{")
    missing = tmp_path / "gone.json"
    write_anew(claim, claim.revision, authored=True)

    _answer, breaks = verified(tmp_path, missing)

    assert len(breaks) == 3
    assert "2020-01-01.json: This is no checkpoint" in breaks[0]
    assert "it was written anew" in breaks[1]
    assert breaks[2] == f"{missing}: it cannot be read: No such file or directory."
    assert path.exists()


def test_a_folder_without_a_checkpoint_is_named(tmp_path: Path) -> None:
    assert verified(tmp_path)[0] == f"There is no checkpoint in the folder {tmp_path}. (1)"


def test_the_reasons_are_there_in_german() -> None:
    with translation.override("de"), pytest.raises(Refused) as refusal:
        checkpoints.read(b"{")

    assert str(refusal.value) == "Das ist kein Prüfpunkt: Es ist kein JSON."


# The loop of `make serve`


def test_the_loop_writes_one_a_day(
    claim: Claim, desk: Desk, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CHECKPOINT_DIR = str(tmp_path / "checkpoints")

    def round_() -> tuple[str, str]:
        output, errors = StringIO(), StringIO()
        call_command("wake_claims", stdout=output, stderr=errors)
        return output.getvalue(), errors.getvalue()

    first = round_()
    review.comment(claim_id=claim.pk, actor=desk.editor, text="One more.")
    second = round_()
    tomorrow = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    third = round_()

    names = sorted(path.name for path in (tmp_path / "checkpoints").iterdir())
    assert len(names) == 2
    assert [names[0] in first[0], second, names[1] in third[0]] == [True, ("", ""), True]
    assert verified(tmp_path / "checkpoints")[1] == []


def test_a_folder_that_cannot_be_written_keeps_nothing_else_waiting(tmp_path: Path, settings: Any) -> None:
    (tmp_path / "file").write_text("")
    settings.CHECKPOINT_DIR = str(tmp_path / "file" / "checkpoints")
    errors = StringIO()

    call_command("wake_claims", stderr=errors)

    assert errors.getvalue().startswith("No checkpoint was written: ")
