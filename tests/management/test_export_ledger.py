"""`manage.py export_ledger`, and the same as a download: whole lines that anybody can verify by themselves."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from claims import triggers
from claims.models import Claim, LedgerChange, LedgerEntry
from claims.services import erasure, exporting, review
from factcheck.environment import BASE_DIR
from tests import factories
from tests.factories import Desk
from tests.views.desk.helpers import as_user, page

pytestmark = pytest.mark.django_db

BY_HAND = re.findall(r"```python\n(.*?)```", (BASE_DIR / "docs" / "ledger.md").read_text(), re.DOTALL)[0]
NAME = "Jane Quill"


def verified_by_hand(file: Path) -> subprocess.CompletedProcess[str]:
    """The program of docs/ledger.md, run by a Python that knows nothing of this one."""
    return subprocess.run([sys.executable, "-I", "-c", BY_HAND, str(file)], capture_output=True, text=True, check=False)


def exported(tmp_path: Path, **options: Any) -> Path:
    file = tmp_path / "ledger.jsonl"
    call_command("export_ledger", output=str(file), **options)
    return file


@pytest.fixture
def claim(desk: Desk) -> Claim:
    """A published claim with umlauts, line feeds and a name that was erased."""
    claim = factories.published_claim(desk, {"evidence.R1.note": f"ask {NAME}", "texts.de.why": "Größe\nund „Art“"})
    review.comment(claim_id=claim.pk, actor=desk.editor, text="😀 \u2028 fine")
    erasure.erase(actor=desk.chief, text=NAME, reason="An order of the court.")
    return factories.fresh(claim)


def test_whoever_has_the_lines_can_verify_every_chain(claim: Claim, tmp_path: Path) -> None:
    file = exported(tmp_path)

    said = verified_by_hand(file)

    chains = len({json.loads(entry.text)["aggregate"]["uuid"] for entry in LedgerEntry.objects.all()})
    assert (said.stdout, said.stderr) == (f"{chains} chains hold\n", "")
    assert len(file.read_bytes().splitlines()) == LedgerEntry.objects.count()
    assert file.read_bytes().isascii()
    assert BY_HAND.count("\n") <= 14


def test_a_line_holds_the_entry_and_its_change_and_null_where_that_was_emptied(claim: Claim, tmp_path: Path) -> None:
    lines = [json.loads(line) for line in exported(tmp_path, claim=claim.pk).read_text().splitlines()]

    assert len(lines) == claim.revision
    assert [line["change"] is None for line in lines] == [
        not entry.change.text for entry in claim.ledger.order_by("sequence")
    ]
    first = claim.ledger.get(sequence=1)
    assert lines[0] == {
        "text": first.text,
        "hash": first.hash,
        "previous": "",
        "change": {"salt": first.change.salt, "text": first.change.text},
    }
    assert NAME not in "".join(map(str, lines))


# Each thing that could be altered in a file is found by the ten lines alone.
@pytest.mark.parametrize("part", ["text", "hash", "previous", "salt", "change", "order", "gone"])
def test_whatever_is_altered_in_a_file_is_found_by_hand(claim: Claim, tmp_path: Path, part: str) -> None:
    file = exported(tmp_path, claim=claim.pk)
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    match part:
        case "text":
            lines[3]["text"] = lines[3]["text"].replace('"schema":1', '"schema":2')
        case "hash" | "previous":
            lines[3][part] = "0" * 64
        case "salt":
            lines[3]["change"]["salt"] = "0" * 32
        case "change":
            lines[3]["change"]["text"] = "{}"
        case "order":
            lines[3], lines[4] = lines[4], lines[3]
        case "gone":
            del lines[3]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))

    said = verified_by_hand(file)

    assert said.returncode == 1
    assert "AssertionError" in said.stderr


def test_it_goes_to_standard_output_by_itself(claim: Claim) -> None:
    output = StringIO()

    call_command("export_ledger", claim=claim.pk, stdout=output)

    assert output.getvalue() == "".join(exporting.lines(claim))


def test_a_failure_on_the_way_leaves_the_file_as_it_was(
    claim: Claim, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "ledger.jsonl"
    file.write_text("of yesterday")

    def broken(_claim: Claim | None = None) -> Any:
        yield "{}\n"
        raise RuntimeError("The connection is gone.")

    monkeypatch.setattr(exporting, "lines", broken)
    with pytest.raises(RuntimeError):
        call_command("export_ledger", output=str(file))

    assert [path.name for path in tmp_path.iterdir()] == ["ledger.jsonl"]
    assert file.read_text() == "of yesterday"


def test_what_cannot_be_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no claim 99"):
        call_command("export_ledger", claim=99)
    with pytest.raises(CommandError, match="cannot be written: No such file or directory"):
        call_command("export_ledger", output=str(tmp_path / "nowhere" / "ledger.jsonl"))


def test_a_long_chain_is_read_piece_by_piece(claim: Claim, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        lines = exporting.lines(claim)
        assert iter(lines) is lines
        assert sum(1 for _line in lines) == claim.revision


# The download


def test_an_auditor_downloads_the_lines_of_one_claim(claim: Claim, desk: Desk, tmp_path: Path) -> None:
    where = reverse("desk:history_file", args=[claim.pk])
    answer = as_user(desk.auditor).get(where)

    file = tmp_path / "claim.jsonl"
    file.write_bytes(b"".join(answer.streaming_content))
    assert verified_by_hand(file).stdout == "1 chains hold\n"
    assert answer["Content-Disposition"] == f'attachment; filename="claim-{claim.pk}-history.jsonl"'
    assert answer["Cache-Control"] == "private, no-store"
    assert where in page(desk.auditor, reverse("desk:history", args=[claim.pk]))


def test_others_are_told_why_not(claim: Claim, desk: Desk) -> None:
    where = reverse("desk:history_file", args=[claim.pk])
    for user in (desk.researcher, desk.editor):
        answer = as_user(user).get(where)

        assert answer.status_code == 403
        assert "auditors and the head of desk" in answer.content.decode()
        assert where not in page(user, reverse("desk:history", args=[claim.pk]))
    assert as_user(desk.chief).get(where).status_code == 200


def test_a_chain_that_does_not_hold_is_exported_as_it_is(claim: Claim, tmp_path: Path) -> None:
    """An export is no verdict: what was tampered with goes out as it stands, and whoever reads it finds it."""
    triggers.drop(connection)
    LedgerChange.objects.filter(entry__claim=claim, entry__sequence=2).update(text="{}")

    assert verified_by_hand(exported(tmp_path, claim=claim.pk)).returncode == 1
