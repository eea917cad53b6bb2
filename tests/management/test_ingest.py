"""``manage.py ingest`` and ``manage.py suggest``: what they print, and what they refuse in words."""

import json
import subprocess
import sys
from io import BytesIO, StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from claims.models import Article, Capture

CAPTURES = Path(settings.BASE_DIR) / "fixtures" / "story" / "captures"


def run(command: str, *arguments: Any, **options: Any) -> str:
    output = StringIO()
    call_command(command, *arguments, stdout=output, **options)
    return output.getvalue()


@pytest.mark.django_db
def test_the_story_goes_in_copy_by_copy() -> None:
    answers = [json.loads(run("ingest", str(CAPTURES / f"{number}.txt"), json=True)) for number in (1, 2, 3)]

    assert [answer["outcome"] for answer in answers] == ["article", "copy", "copy"]
    assert [answer["captures"] for answer in answers] == [1, 2, 3]
    assert {answer["version"] for answer in answers} == {1}
    assert all(answer["residue"] for answer in answers)
    assert answers[0]["suggested"] > 0


@pytest.mark.django_db
def test_standard_input_outlet_title_and_address_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = b"The bridge of Norburg was closed on Monday for eighteen months, the city said."
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=BytesIO(raw)))

    said = run("ingest", "-", url="https://paper.example.org/b", outlet="The Paper", title="Bridge", language="en")

    article = Article.objects.get()
    assert said.startswith("A new article. “Bridge”")
    assert (article.title, article.outlet.name, article.url) == ("Bridge", "The Paper", "https://paper.example.org/b")


@pytest.mark.django_db
def test_what_cannot_be_read_ends_in_one_sentence(tmp_path: Path) -> None:
    picture = tmp_path / "page.html"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\x00" * 64)

    with pytest.raises(CommandError, match=r"\.$"):
        run("ingest", str(picture))
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        run("ingest", str(tmp_path / "nowhere.html"))
    with pytest.raises(CommandError, match="nobody with the login name 'somebody'"):
        run("ingest", str(picture), actor="somebody")

    assert not Article.objects.exists()
    assert Capture.objects.get().problem


def test_suggestions_come_with_their_reasons() -> None:
    answer = json.loads(run("suggest", str(CAPTURES / "2.txt"), json=True))

    suggested = [sentence for sentence in answer["sentences"] if sentence["suggested"]]
    assert len(answer["sentences"]) == 31
    assert suggested
    assert all(0 <= sentence["score"] <= 1 for sentence in answer["sentences"])
    assert all(sentence["reasons"] for sentence in suggested)


def test_suggest_needs_no_database() -> None:
    """The database it is pointed at does not exist, and is not made."""
    done = subprocess.run(
        [sys.executable, "manage.py", "suggest", str(CAPTURES / "1.txt"), "--language", "de"],
        cwd=settings.BASE_DIR,
        env={"DEBUG": "on", "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "90 bis 95 Prozent" in done.stdout
