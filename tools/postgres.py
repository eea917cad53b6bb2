"""Finds a PostgreSQL server for tests, or starts one that is gone afterwards.

`python tools/postgres.py COMMAND ...` runs a command with TEST_DATABASE_URL set; without any
server it runs the command all the same, which then has SQLite alone.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

# psycopg's own libpq looks in /tmp only; Debian's server listens in the first of these.
SOCKET_FOLDERS = ["/var/run/postgresql", "/run/postgresql", "/tmp"]  # noqa: S108  Where servers listen, not a file of ours.
START_SECONDS = 30


@contextmanager
def server() -> Iterator[str | None]:
    """The address for TEST_DATABASE_URL: given, found, or of a throw-away cluster; else None."""
    url = os.environ.get("TEST_DATABASE_URL") or _local_server()
    programs = None if url else _programs()
    if url or programs is None:
        yield url
        return
    with _throw_away_cluster(programs) as started:
        yield started


def _database() -> str:
    """A name for this run alone: two runs on one server must not clear each other's tests."""
    return f"factcheck_{os.getpid()}"


def _local_server() -> str | None:
    for prefix in [*(f"postgres:///{folder}" for folder in SOCKET_FOLDERS), "postgres://127.0.0.1:5432"]:
        host = prefix.removeprefix("postgres://").removesuffix(":5432").replace("//", "/")
        if _can_create_databases(host):
            return f"{prefix}/{_database()}"
    return None


def _can_create_databases(host: str) -> bool:
    try:
        with psycopg.connect(host=host, dbname="postgres", connect_timeout=3) as connection:
            row = connection.execute(
                "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
    except psycopg.OperationalError:
        return False
    return bool(row and row[0])


def _programs() -> Path | None:
    """The folder with `initdb` and `postgres`, the newest that is installed."""
    folders = [Path(found).resolve().parent for name in ("initdb", "pg_ctl") if (found := shutil.which(name))]
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    folders += sorted(debian, key=lambda path: [int(n) for n in re.findall(r"\d+", path.parent.name)], reverse=True)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    return None


@contextmanager
def _throw_away_cluster(programs: Path) -> Iterator[str]:
    """A cluster in a temporary folder that listens on a socket in it and nowhere else."""
    # Not in TMPDIR, for a socket's path may have 107 bytes at most.
    folder = Path(tempfile.mkdtemp(prefix="factcheck-pg-", dir="/tmp"))
    as_whom = _not_root()
    if as_whom:
        os.chown(folder, as_whom["user"], as_whom["group"])
    process = None
    try:
        initdb = [programs / "initdb", "--pgdata", folder / "data", "--username", "factcheck", "--auth", "trust"]
        initdb += ["--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"]
        subprocess.run(initdb, check=True, cwd=folder, stdout=subprocess.DEVNULL, **as_whom)
        with (folder / "log").open("wb") as log:
            postgres = [programs / "postgres", "-D", folder / "data", "-k", folder, "-c", "listen_addresses=", "-F"]
            nothing = subprocess.DEVNULL
            process = subprocess.Popen(
                postgres, cwd=folder, stdin=nothing, stdout=log, stderr=log, start_new_session=True, **as_whom
            )
        _wait_for(folder, process)
        yield f"postgres://factcheck@/{folder}/{_database()}"
    finally:
        if process:
            process.send_signal(signal.SIGINT)  # "fast": sessions are ended, nothing is waited for.
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _not_root() -> dict[str, int]:
    """PostgreSQL refuses to run as root; then whom subprocess shall run it as."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid}
    raise SystemExit("There is no user to run PostgreSQL as; it refuses to run as root.")


def _wait_for(folder: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            psycopg.connect(host=str(folder), user="factcheck", dbname="postgres", connect_timeout=3).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    log = (folder / "log").read_text(errors="replace")
    raise SystemExit(f"PostgreSQL did not start:\n{log}")


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with server() as url:
        environment = {**os.environ, "TEST_DATABASE_URL": url} if url else dict(os.environ)
        return subprocess.run(sys.argv[1:], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
