"""``manage.py verify_snapshots``: exit code and words; what it finds is tested with the service."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests import factories
from tests.factories import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


def test_files_that_are_whole_are_counted(desk: Desk) -> None:
    output = StringIO()
    call_command("verify_snapshots", stdout=output)
    factories.make_snapshot(desk.researcher, factories.make_source(desk.researcher))
    call_command("verify_snapshots", stdout=output)

    assert output.getvalue() == "The preserved files are whole: 0.\nThe preserved files are whole: 1.\n"


def test_what_is_not_whole_is_named_and_ends_with_code_one(desk: Desk, folder: Path) -> None:
    snapshot = factories.make_snapshot(desk.researcher, factories.make_source(desk.researcher))
    (folder / snapshot.file.name).write_bytes(b"another text")
    errors = StringIO()

    with pytest.raises(CommandError, match="1 named") as raised:
        call_command("verify_snapshots", stderr=errors)

    assert raised.value.returncode == 1
    assert errors.getvalue() == f"{snapshot.file.name}: altered\n"
