"""Triggers where a test cannot stay in one transaction: a table that is rebuilt, and tables that are emptied."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.models.signals import pre_migrate

from claims import triggers
from claims.models import Claim, LedgerEntry
from claims.services import verification
from claims.vocabulary import Role, Status
from tests import factories


# SQLite rebuilds a table to change it: the triggers must stand aside for that, and would be lost with the old one.
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL changes a table in place")
@pytest.mark.django_db(transaction=True)
def test_table_that_a_migration_rebuilds_has_its_triggers_again() -> None:
    def rebuild(**_: Any) -> None:
        with connection.schema_editor() as editor:
            editor._remake_table(Claim)

    pre_migrate.connect(rebuild, sender=apps.get_app_config("claims"))
    try:
        call_command("migrate", verbosity=0)
    finally:
        pre_migrate.disconnect(rebuild, sender=apps.get_app_config("claims"))

    assert triggers.missing(connection) == []


# A transactional test empties every table at its end; the fixture in conftest puts the triggers aside for it.


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", ["once", "again"])
def test_transactional_test_leaves_an_empty_ledger_with_its_triggers(turn: str) -> None:
    assert LedgerEntry.objects.exclude(actor__username="system").count() == 0
    assert triggers.missing(connection) == []
    assert list(verification.verify()) == []

    claim = factories.published_claim(factories.make_desk())

    assert claim.status == Status.PUBLISHED
    assert factories.make_user(Role.EDITOR).groups.get().name == Role.EDITOR
