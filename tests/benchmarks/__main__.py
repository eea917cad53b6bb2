"""Prints how the public pages do against an empty view of the same server, what taking in costs, what a long article
costs in the browser that reads it for its claims, and whether what must hold holds in full size, on both databases.

Each page takes turns with the empty view, so that whatever else the machine does falls on both; the ratio is the
median over the rounds. ``python -m tests.benchmarks pages kills ...`` prints these parts alone. Whatever does not hold
is named, and the run ends with code 1.
"""

import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from tests.benchmarks import load

ROUNDS = 7
SECONDS = 1.5
ROOT = Path(__file__).resolve().parents[2]
EMPTY = "/benchmark/empty/"
CLAIM = "50 gigawatts"


MEASURED = {
    "pages": f"Requests per second against an empty view in the same server, median of {ROUNDS} rounds of {SECONDS} s",
    "intake": "Taking in articles, on an empty database of its own",
    "reader": "Reading a long article for its claims, in headless Chromium, a long and a short one in turn",
}
HOLDS = {
    "writers": "Many people writing the same claims at once, each with a connection of their own",
    "kills": "A process killed while it saves, hands in, approves, publishes, takes in and keeps files",
    "flips": "One bit flipped in every byte of a sample of entries, side rows, publications, copies and files",
    "machine": "Random actions by random people, held against a model of the design's table, in memory",
    "access": "Every address × role × method × state made from the URLconf: in full on SQLite, pairwise on PostgreSQL",
    "backup": "A backup taken while somebody writes, restored and proved",
}
"""Parts by name, with the line that stands above their figures; those of ``HOLDS`` are modules of that name."""


def main() -> None:
    parts = sys.argv[1:] or [*MEASURED, *HOLDS]
    unknown = set(parts) - {*MEASURED, *HOLDS}
    if unknown:
        sys.exit(f"There is no part {', '.join(sorted(unknown))}. There are: {', '.join([*MEASURED, *HOLDS])}.")
    failed = []
    for part in parts:
        print(f"\n{(MEASURED | HOLDS)[part]}:", flush=True)
        for name, url in _databases():
            if part == "pages":
                _measure(name, url)
            elif part == "intake":
                _intake(url)
            elif part == "reader":
                _reader(name, url)
            elif not _holds(part, name, url):
                failed.append(f"{part} on {name}")
    if failed:
        sys.exit(f"Does not hold: {', '.join(failed)}.")


def _holds(part: str, name: str, database: str) -> bool:
    """A part that prints what holds; the machine's steps rest on no database's own ways, so it takes them once."""
    if part == "machine" and name != "SQLite":
        return True
    environment = _environment(
        database, DEBUG="on", DJANGO_SETTINGS_MODULE="factcheck.settings", DATABASE_POOL_SIZE="0"
    )
    command = [sys.executable, "-m", f"tests.benchmarks.{part}"]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == 0


def _databases() -> Iterator[tuple[str, str]]:
    """A fresh database of each kind, by name and address."""
    with tempfile.TemporaryDirectory() as folder:
        yield "SQLite", f"sqlite:///{folder}/benchmark.sqlite3"
    server = os.environ.get("TEST_DATABASE_URL", "")
    if not server:
        print("PostgreSQL: not measured, no server answers.")
        return
    with _postgresql(server) as url:
        yield "PostgreSQL", url


def _measure(name: str, database: str) -> None:
    _manage("demo", database)
    _public_pages(name, database)


def _intake(database: str) -> None:
    environment = _environment(database, DEBUG="on", DJANGO_SETTINGS_MODULE="factcheck.settings")
    subprocess.run([sys.executable, "-m", "tests.benchmarks.intake"], cwd=ROOT, env=environment, check=True)


def _reader(name: str, database: str) -> None:
    """The articles by a process with the settings of a developer's machine, the pages by the server."""
    environment = _environment(database, DEBUG="on", DJANGO_SETTINGS_MODULE="factcheck.settings")
    command = [sys.executable, "-m", "tests.benchmarks.reader"]
    prepared = subprocess.run([*command, "prepare"], cwd=ROOT, env=environment, check=True, capture_output=True)
    print(f"{name}:", flush=True)
    with _server(database) as port:
        articles = prepared.stdout.decode().split()
        subprocess.run([*command, "measure", str(port), *articles], cwd=ROOT, env=environment, check=True)


def _public_pages(name: str, database: str) -> None:
    with _server(database) as port:
        verdict = _verdict_path(port)
        pages = {"verdict page": verdict, "its JSON": verdict.rstrip("/") + ".json", "list of checks": "/"}
        for page, path in pages.items():
            rounds = [_round(port, path) for _ in range(ROUNDS)]
            ratio = median(here / empty for here, empty in rounds)
            here, empty = (median(values) for values in zip(*rounds, strict=True))
            print(f"{name:<11} {page:<15} {here:8.0f} /s   empty view {empty:8.0f} /s   ratio {ratio:.2f}")


def _round(port: int, path: str) -> tuple[float, float]:
    return load.requests_per_second(port, path, SECONDS), load.requests_per_second(port, EMPTY, SECONDS)


def _verdict_path(port: int) -> str:
    """The page of the story's "50 gigawatts" claim, as the front page links to it."""
    query = urllib.parse.urlencode({"q": CLAIM})
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/?{query}", timeout=30) as answer:
        page = answer.read().decode()
    start = page.index('href="/checks/') + len('href="')
    return page[start : page.index('"', start)]


def _environment(database: str, **more: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name not in {"DATABASE_REPLICA_URL", "DEBUG"}}
    return {**inherited, "DATABASE_URL": database, "PYTHONPATH": str(ROOT), **more}


def _manage(command: str, database: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", command],
        cwd=ROOT,
        env=_environment(database, DEBUG="on"),
        check=True,
        stdout=subprocess.DEVNULL,
    )


@contextmanager
def _server(database: str) -> Iterator[int]:
    """Gunicorn with production settings and one worker, which leaves the other core to the client."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    environment = _environment(
        database,
        DEBUG="off",
        SECRET_KEY=secrets.token_urlsafe(64),
        ALLOWED_HOSTS="127.0.0.1",
        SITE_URL=f"http://127.0.0.1:{port}",
        SECURE_SSL="off",
        DJANGO_SETTINGS_MODULE="tests.benchmarks.settings",
    )
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"]
    subprocess.run(collect, cwd=ROOT, env=environment, check=True)
    serve = [sys.executable, "-m", "gunicorn", "--workers=1", "--threads=4", "--log-level=error"]
    serve += ["--no-control-socket", f"--bind=127.0.0.1:{port}", "factcheck.wsgi:application"]
    process = subprocess.Popen(serve, cwd=ROOT, env=environment)
    try:
        _wait(port, process)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _attempt in range(150):
        if process.poll() is not None:
            sys.exit("The server ended before it answered.")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    sys.exit("The server did not answer within 30 seconds.")


@contextmanager
def _postgresql(server: str) -> Iterator[str]:
    """A database of the benchmark's own on the server that the tests use too."""
    import environ
    import psycopg

    settings = environ.Env.db_url_config(server)
    keys = {"HOST": "host", "PORT": "port", "USER": "user", "PASSWORD": "password"}
    where = {keys[name]: settings[name] for name in keys if settings.get(name)}
    name = f"factcheck_benchmark_{secrets.token_hex(4)}"
    with psycopg.connect(**where, dbname="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield f"{server.rpartition('/')[0]}/{name}"
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


if __name__ == "__main__":
    main()
