"""A backup taken while somebody writes, restored into a fresh database: whole, guarded and complete.

PostgreSQL by ``pg_dump`` and ``pg_restore``, SQLite by its backup and by ``VACUUM INTO``; the preserved files are
copied after the database, since a file is written before its row. All triggers come back with the restore, so nothing
has to be run after it but the proof itself: ``verify_ledger``, ``verify_snapshots``, ``check --database default``.
"""

import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - Django is set up first
from django.db import connection, connections  # noqa: E402

from claims import triggers  # noqa: E402
from claims.models import LedgerEntry  # noqa: E402
from tests import factories  # noqa: E402
from tests.benchmarks import figures, kills  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
ATTEMPTS = 500


@dataclass
class Tally:
    entries: int = 0
    meanwhile: int = 0
    flaws: list[str] = field(default_factory=list)


def missing_programs() -> str:
    """What a backup of this database needs and the machine does not have."""
    if connection.vendor == "sqlite":
        return ""
    return ", ".join(name for name in ("pg_dump", "pg_restore") if shutil.which(name) is None)


def back_up_with_sqlites_backup(copy: str) -> None:
    with closing(_opened(str(connection.settings_dict["NAME"]))) as here, closing(_opened(copy)) as there:
        here.backup(there)  # in one step: a backup in several begins anew with each write of somebody else


def back_up_with_vacuum_into(copy: str) -> None:
    with closing(_opened(str(connection.settings_dict["NAME"]))) as here:
        here.execute("VACUUM INTO ?", [copy])


def _opened(path: str) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=30)


def back_up_with_pg_dump(copy: str) -> None:
    """Into a new database of the same server, by the custom format."""
    where, password = _server()
    with tempfile.TemporaryDirectory() as folder:
        dump = Path(folder) / "dump"
        _program(
            ["pg_dump", *where, "--format=custom", f"--file={dump}", str(connection.settings_dict["NAME"])], password
        )
        _program(["pg_restore", *where, "--exit-on-error", "--no-owner", f"--dbname={copy}", str(dump)], password)


def _program(command: list[str], password: str) -> None:
    subprocess.run(command, env={**os.environ, **({"PGPASSWORD": password} if password else {})}, check=True)


def _server() -> tuple[list[str], str]:
    settings = connection.settings_dict
    flags = {"HOST": "--host", "PORT": "--port", "USER": "--username"}
    return [f"{flags[name]}={settings[name]}" for name in flags if settings[name]], str(settings["PASSWORD"])


WAYS: dict[str, dict[str, Callable[[str], None]]] = {
    "sqlite": {"SQLite's backup": back_up_with_sqlites_backup, "VACUUM INTO": back_up_with_vacuum_into},
    "postgresql": {"pg_dump and pg_restore": back_up_with_pg_dump},
}


@contextmanager
def room_for_a_copy() -> Iterator[str]:
    """A name under which a restored database can be made, gone afterwards."""
    if connection.vendor == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield f"{folder}/restored.sqlite3"
        return
    name = f"{connection.settings_dict['NAME']}_restored_{secrets.token_hex(3)}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {connection.ops.quote_name(name)}")
    try:
        yield name
    finally:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {connection.ops.quote_name(name)} WITH (FORCE)")


@contextmanager
def writer(seed: int) -> Iterator["subprocess.Popen[bytes]"]:
    """Somebody who works as fast as they can, in a process of their own, until they are killed at the end."""
    command = [sys.executable, "-m", "tests.benchmarks.backup", "write", str(seed)]
    environment = {**os.environ, "DATABASE_URL": url_of(str(connection.settings_dict["NAME"])), **_files()}
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _files() -> dict[str, str]:
    from django.conf import settings

    return {"MEDIA_ROOT": str(settings.MEDIA_ROOT), "DEBUG": "on", "DJANGO_SETTINGS_MODULE": "factcheck.settings"}


def url_of(name: str) -> str:
    """The address of another database on the same server, or of another file."""
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    settings = connection.settings_dict
    login = f"{settings['USER']}:{settings['PASSWORD']}".strip(":") if settings["USER"] else ""
    host = str(settings["HOST"])
    place = f"/{host}" if host.startswith("/") else f"{host}:{settings['PORT'] or 5432}"
    return f"postgres://{login + '@' if login else ''}{place}/{name}"


def run(seed: int) -> dict[str, Tally]:
    """Each way of this database: taken while somebody writes, restored, proved in processes of its own."""
    return {name: _taken_and_restored(way, seed) for name, way in WAYS[connection.vendor].items()}


def _taken_and_restored(way: Callable[[str], None], seed: int) -> Tally:
    """Small databases are copied in an instant, so it is taken again until somebody wrote while it was."""
    with writer(seed) as process:
        _wait_for(LedgerEntry.objects.count() + 5)
        for _attempt in range(ATTEMPTS):
            if process.poll() is not None:
                raise RuntimeError("The writer ended.")
            before = LedgerEntry.objects.count()
            with room_for_a_copy() as copy, tempfile.TemporaryDirectory() as files:
                way(copy)
                after = LedgerEntry.objects.count()
                if after > before:
                    shutil.copytree(_files()["MEDIA_ROOT"], files, dirs_exist_ok=True)
                    restored = _counted(copy)
                    entries = restored.get(LedgerEntry._meta.db_table, 0)
                    return Tally(entries, after - before, _flaws(copy, files, restored, before, after))
    raise RuntimeError("Nobody wrote while the backup was taken.")


def _wait_for(entries: int) -> None:
    until = time.monotonic() + 60
    while LedgerEntry.objects.count() < entries:
        if time.monotonic() > until:
            raise RuntimeError("The writer does not write.")
        time.sleep(0.05)


def _flaws(copy: str, files: str, restored: dict[str, int], before: int, after: int) -> list[str]:
    """What is wrong with a restored database, by the commands that a person would run."""
    found = []
    entries = restored.get(LedgerEntry._meta.db_table, 0)
    if not before <= entries <= after:
        found.append(f"{entries} entries, when there were {before} to {after}")
    if set(restored) != set(_counted(str(connection.settings_dict["NAME"]))):
        found.append("not the same tables")
    environment = {**os.environ, **_files(), "DATABASE_URL": url_of(copy), "MEDIA_ROOT": files}
    for command in (["verify_ledger"], ["verify_snapshots"], ["check", "--database", "default"]):
        asked = [sys.executable, "manage.py", *command]
        done = subprocess.run(asked, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        # The files are copied after the database, so one that came in between belongs to no row yet.
        lines = [line for line in done.stderr.splitlines() if not line.endswith(": orphaned")]
        if done.returncode and (command != ["verify_snapshots"] or len(lines) > 1):
            found.append(f"{command[0]}: {' '.join(lines)[:500]}")
    return found + _unguarded(copy)


def _unguarded(copy: str) -> list[str]:
    """The triggers are there, and one of them does what it is there for."""
    with _connected(copy) as other:
        found = [f"the trigger {name} is missing" for name in triggers.missing(other)]
        try:
            with other.cursor() as cursor:
                cursor.execute(f"UPDATE {LedgerEntry._meta.db_table} SET action = 'take'")
        except django.db.IntegrityError:
            return found
    return [*found, "an entry of the ledger could be changed"]


@contextmanager
def _connected(name: str) -> Iterator[Any]:
    default = connections["default"]
    other = type(default)({**default.settings_dict, "NAME": name}, alias="restored")
    try:
        yield other
    finally:
        other.close()
        if connection.vendor == "postgresql":
            other.close_pool()


def _counted(name: str) -> dict[str, int]:
    counts = {}
    with _connected(name) as other, other.cursor() as cursor:
        for table in other.introspection.table_names(cursor):
            cursor.execute(f'SELECT COUNT(*) FROM "{table}"')
            counts[table] = cursor.fetchone()[0]
    return counts


def write(seed: int) -> None:
    """The writer's process: works until it is killed."""
    connections.close_all()
    with Path(os.devnull).open("wb") as nowhere:
        kills.Worker(seed, nowhere.fileno()).work()


def main() -> None:
    if sys.argv[1:2] == ["write"]:
        write(int(sys.argv[2]))
        return
    missing = missing_programs()
    if missing:
        figures.say("backup and restore", f"not measured: {missing} is not installed")
        return
    seed = figures.seed()
    with figures.files_of_its_own():
        call_command("migrate", verbosity=0, interactive=False)
        kills.prepare()
        desk_of_the_story = factories.make_desk()
        factories.publish_again(factories.published_claim(desk_of_the_story), desk_of_the_story)
        tallies = run(seed)
    for name, tally in tallies.items():
        figures.say(
            f"restored from {name}",
            f"{tally.entries:,} entries, {len(tally.flaws)} flaws; {tally.meanwhile:,} entries were written meanwhile "
            f"(seed {seed})",
        )
        for flaw in tally.flaws:
            print(flaw)
    figures.fail_unless(not any(tally.flaws for tally in tallies.values()))


if __name__ == "__main__":
    main()
