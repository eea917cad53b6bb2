"""``manage.py verify_ledger``: exit code and words; what it finds is tested with the service."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from claims import triggers
from claims.models import LedgerEntry
from claims.vocabulary import Status
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_ledger_that_holds_is_counted() -> None:
    factories.claim_in(Status.RESEARCH, factories.make_desk())
    output = StringIO()

    call_command("verify_ledger", stdout=output)

    assert output.getvalue().startswith(f"The ledger holds: {LedgerEntry.objects.count()} entries")


def test_a_break_is_named_and_ends_with_code_one() -> None:
    claim = factories.claim_in(Status.RESEARCH, factories.make_desk())
    triggers.drop(connection)
    LedgerEntry.objects.filter(claim=claim, sequence=1).update(action="publish")
    errors = StringIO()

    with pytest.raises(CommandError, match="1 breaks") as raised:
        call_command("verify_ledger", stderr=errors)

    assert raised.value.returncode == 1
    assert f"claim {claim.uuid}, entry 1: its columns do not say what its text says" in errors.getvalue()
