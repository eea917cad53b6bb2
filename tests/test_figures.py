"""A smaller run of what `make bench` does in full: many writers, kills, flipped bytes, random actions, backups.

Each is the very code of tests/benchmarks, with fewer rounds and a seed that stays. Every address × role × method ×
state is in tests/views/test_every_address.py.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from tests.benchmarks import backup, flips, kills, machine, writers

ROOT = Path(__file__).resolve().parents[1]
SEED = 7


@pytest.mark.django_db(transaction=True)
def test_many_writers_at_once_lose_nothing_and_see_no_dead_lock() -> None:
    clients = 6 if connection.vendor == "postgresql" else 3
    writers.make_claims(3)
    writers.make_people(clients)

    tally = writers.run_threads(range(clients), 12, SEED)

    assert writers.flaws(tally) == []
    assert len(tally.told) >= 12 * clients


@pytest.mark.django_db(transaction=True)
def test_a_lost_write_would_be_found() -> None:
    [claim] = writers.make_claims(1)
    writers.make_people(1)
    tally = writers.run_threads([0], 3, SEED)
    tally.told.append(writers.Told(tally.told[0].actor, claim.pk, 3, writers.COUNTER, "9 by nobody"))

    found = writers.flaws(tally)

    assert any(flaw.startswith("lost: ") for flaw in found)
    assert any("counted up" in flaw for flaw in found)
    assert any("told of" in flaw for flaw in found)


@pytest.mark.django_db(transaction=True)
def test_a_process_that_is_killed_leaves_no_half_state() -> None:
    """In a process of its own, since a child that is killed must share nothing with the tests."""
    environment = {
        **os.environ,
        "DEBUG": "on",
        "DATABASE_URL": backup.url_of(str(connection.settings_dict["NAME"])),
        "DATABASE_POOL_SIZE": "0",
        "BENCHMARK_SEED": str(SEED),
    }
    command = [sys.executable, "-m", "tests.benchmarks.kills", "5"]

    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "5 times, 0 flaws" in done.stdout


@pytest.mark.django_db(transaction=True)
def test_a_half_state_would_be_found() -> None:
    kills.prepare()
    claim = kills.Claim.objects.first()
    text = claim.verdict.texts.get(language="en")
    text.headline = "Nobody wrote this"
    text.save()

    assert any("headline" in flaw for flaw in kills.consistency.flaws())


@pytest.mark.django_db
def test_every_flipped_byte_is_found_and_placed(tmp_path: Path) -> None:
    from django.test import override_settings

    with override_settings(MEDIA_ROOT=str(tmp_path)):
        tally = flips.run(flips.make_world(), every=83, seed=SEED)

    assert (tally.missed, tally.stopped) == ({}, {})
    assert tally.found == tally.flipped > 150
    kinds = {kind.partition(".")[0] for kind in tally.by_kind}
    assert {"LedgerEntry", "LedgerChange", "Publication", "PublicationContent", "Check", "Capture"} <= kinds


@pytest.mark.django_db
def test_random_actions_end_where_the_design_says() -> None:
    tally = machine.run(2_000 if connection.vendor == "sqlite" else 500, SEED)

    assert tally.breaches == []
    assert tally.through["publish"] > 3
    assert sum(tally.refused.values()) > sum(tally.through.values())


@pytest.mark.django_db
def test_a_breach_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """An author who may approve: the model says no, the desk says yes."""
    from claims.rules import permissions

    monkeypatch.setattr(permissions, "NOT_BY_AN_AUTHOR", frozenset())

    assert machine.run(300, SEED).breaches != []


@pytest.mark.skipif(
    bool(backup.missing_programs()), reason=f"a backup of PostgreSQL needs {backup.missing_programs()}, not installed"
)
@pytest.mark.django_db(transaction=True)
def test_a_backup_taken_while_somebody_writes_is_whole_and_guarded(tmp_path: Path) -> None:
    from django.test import override_settings

    with override_settings(MEDIA_ROOT=str(tmp_path)):
        kills.prepare()
        tallies = backup.run(SEED)

    assert [flaw for tally in tallies.values() for flaw in tally.flaws] == []
    assert all(tally.entries > 10 for tally in tallies.values())
