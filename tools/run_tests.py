"""Everything that `make test` does: the checks, the tests on SQLite, the tests on PostgreSQL.

All of it runs even when a part failed, and what could not run is said at the end; with
CI=true that counts as a failure.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import postgres

PYTEST = [sys.executable, "-m", "pytest", "-q", "--numprocesses=auto", "--maxprocesses=4", "--dist=worksteal"]
COVERAGE = ["--cov", "--cov-report="]


def say(text: str) -> None:
    print(text, flush=True)


def run(command: list[str], **environment: str) -> bool:
    inherited = {name: value for name, value in os.environ.items() if name != "TEST_DATABASE_URL"}
    done = subprocess.run(command, env={**inherited, **environment}, stdin=subprocess.DEVNULL, check=False)
    return done.returncode == 0


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    failed, not_run = [], []

    say("== Checks: ruff, import contracts, types, migrations")
    if not run(["make", "--no-print-directory", "lint"]):
        failed.append("the checks")
    say("== Tests on SQLite")
    if not run([*PYTEST, *COVERAGE, *sys.argv[1:]]):
        failed.append("the tests on SQLite")
    with postgres.server() as url:
        if url:
            say("== Tests that touch the database, on PostgreSQL")
            # The same tests as above, so counting lines again would only cost time.
            if not run([*PYTEST, "-m", "database", *sys.argv[1:]], TEST_DATABASE_URL=url):
                failed.append("the tests on PostgreSQL")
            if not (shutil.which("pg_dump") and shutil.which("pg_restore")):
                not_run.append("the backup of PostgreSQL (pg_dump or pg_restore is not installed)")
        else:
            not_run.append("the tests on PostgreSQL (no server answers and initdb is not installed)")
    if not (shutil.which("chromium") and shutil.which("chromedriver")):
        not_run.append("the browser journeys (chromium or chromedriver is not installed)")

    total = subprocess.run(
        [sys.executable, "-m", "coverage", "report", "--format=total"], capture_output=True, text=True, check=False
    )
    if total.returncode == 0:
        say(f"Branch coverage of the run on SQLite: {total.stdout.strip()} %")
    for what in not_run:
        say(f"NOT RUN: {what}.")
    for what in failed:
        say(f"FAILED: {what}.")
    in_ci = os.environ.get("CI", "").lower() in {"1", "true"}
    return 1 if failed or (not_run and in_ci) else 0


if __name__ == "__main__":
    sys.exit(main())
