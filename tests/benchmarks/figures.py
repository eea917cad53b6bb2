"""What the modules of figures share: how a line is printed, where files go, which seed a run has."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.test import override_settings


def database() -> str:
    return {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor]


def say(what: str, figure: str) -> None:
    sys.stdout.write(f"{database():<11} {what:<32} {figure}\n")
    sys.stdout.flush()


def seed() -> int:
    """A new one for each run, printed with its figures; BENCHMARK_SEED repeats a run."""
    return int(os.environ.get("BENCHMARK_SEED") or time.time_ns() % 1_000_000)


def fail_unless(condition: object) -> None:
    """A figure that must not be printed is not a figure: the run ends with code 1."""
    if not condition:
        sys.exit(1)


def told_by(process: "subprocess.Popen[bytes]") -> Any:
    """What a process with a share of the work printed as JSON; ends the run where it did not get there."""
    output, _errors = process.communicate()
    if process.returncode:
        sys.exit(f"A process with a share of the work ended with code {process.returncode}.")
    return json.loads(output)


@contextmanager
def files_of_its_own() -> Iterator[str]:
    """A folder for preserved files, gone afterwards."""
    with tempfile.TemporaryDirectory() as folder, override_settings(MEDIA_ROOT=folder):
        yield folder


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is taken back. Thousands in a row are no deeper than one: each savepoint is released too."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
