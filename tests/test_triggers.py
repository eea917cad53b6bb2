"""The database's own refusals: each trigger, past the ORM too, and that no migration leaves without them."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import checks
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F
from django.db.models.signals import post_migrate, pre_migrate
from django.utils import timezone

from claims import triggers
from claims.models import (
    AGGREGATES,
    Check,
    Claim,
    LedgerChange,
    LedgerEntry,
    Publication,
    PublicationContent,
    PublicationNames,
    Rating,
)
from claims.rules.transitions import status_pairs
from claims.services import erasure, review
from claims.triggers import Trigger
from claims.vocabulary import Status
from tests import factories
from tests.factories import Desk

TRIGGERS = {trigger.name: trigger for trigger in triggers.all_triggers()}
WRITTEN_ONCE = [LedgerEntry, Publication]
SIDE_ROWS = [LedgerChange, PublicationContent, PublicationNames]
KEPT = [*WRITTEN_ONCE, *SIDE_ROWS, *AGGREGATES.values()]


@pytest.fixture(scope="module")
def made(made_once: Callable[..., Any]) -> tuple[Desk, int]:
    """A published claim, a request, a member: at least one row in every table that a trigger stands at."""

    def make(desk: Desk) -> Claim:
        claim = factories.published_claim(desk)
        factories.make_request(desk.researcher, claim)
        factories.make_member(desk.researcher)
        return claim

    return made_once(lambda: factories.at_a_new_desk(make))


@pytest.fixture
def desk(made: tuple[Desk, int], db: None) -> Desk:
    return factories.fresh_desk(made[0])


@pytest.fixture
def claim(made: tuple[Desk, int], db: None) -> Claim:
    return Claim.objects.get(pk=made[1])


def on(vendor: str, reason: str) -> None:
    if connection.vendor != vendor:
        pytest.skip(reason)


def refused(act: Callable[[], Any], *names: str) -> None:
    """The act is refused by one of the named triggers, as an integrity error with the trigger's sentence."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        act()
    sentences = {TRIGGERS[name].message for name in names}
    assert any(sentence in str(refusal.value) for sentence in sentences), refusal.value


def run(sql: str, *parameters: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def table(model: type[models.Model]) -> str:
    return model._meta.db_table


def key(model: type[models.Model]) -> str:
    return model._meta.pk.column


def copied(model: type[models.Model], verb: str, end: str = "") -> str:
    """SQL that inserts every row of a table once more."""
    columns = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)
    # The WHERE keeps SQLite from reading ON CONFLICT as a join.
    return f"{verb} INTO {table(model)} ({columns}) SELECT {columns} FROM {table(model)} WHERE true {end}"


def aggregate_name(model: type[models.Model]) -> str:
    return next(name for name, aggregate in AGGREGATES.items() if aggregate is model)


def names_of(model: type[models.Model], *endings: str) -> list[str]:
    """The triggers that stand at a table, by what their names end with."""
    return [
        name for name, trigger in TRIGGERS.items() if trigger.table == table(model) and name.endswith(tuple(endings))
    ]


def test_every_trigger_has_a_test_here() -> None:
    """What the tests below name, table by table."""
    tested = {
        *(f"{model._meta.model_name}_no_update" for model in WRITTEN_ONCE),
        *(f"{model._meta.model_name}_only_emptied" for model in SIDE_ROWS),
        *(f"{model._meta.model_name}_no_{what}" for model in KEPT for what in ("delete", "truncate")),
        *(f"{name}_revision_rises_by_one" for name in AGGREGATES),
        *(f"{name}_starts_at_revision_one" for name in AGGREGATES),
        "ledgerentry_sequence_is_revision",
        "publication_numbers_without_gap",
        "claim_status_moves_legally",
        "check_slug_is_fixed",
    }

    assert set(TRIGGERS) == tested


# Rows that are written once


@pytest.mark.parametrize("model", WRITTEN_ONCE)
def test_written_row_cannot_be_changed(model: type[models.Model], claim: Claim) -> None:
    name = f"{model._meta.model_name}_no_update"

    refused(lambda: model.objects.update(hash="0" * 64), name)
    refused(lambda: model.objects.first().save(), name)
    refused(lambda: run(f"UPDATE {table(model)} SET hash = hash"), name)


@pytest.mark.parametrize("model", WRITTEN_ONCE)
def test_written_row_cannot_be_replaced_by_a_conflict(model: type[models.Model], claim: Claim) -> None:
    names = names_of(model, "_no_update", "_no_delete", "_is_revision", "_without_gap")

    refused(lambda: run(copied(model, "INSERT", "ON CONFLICT (id) DO UPDATE SET hash = 'x'")), *names)


# Rows that are kept


@pytest.mark.parametrize("model", KEPT)
def test_row_cannot_be_deleted(model: type[models.Model], claim: Claim) -> None:
    name = f"{model._meta.model_name}_no_delete"

    refused(lambda: model.objects.all()._raw_delete(connection.alias), name)
    refused(lambda: run(f"DELETE FROM {table(model)}"), name)


def test_table_cannot_be_truncated(claim: Claim) -> None:
    on("postgresql", "SQLite has no TRUNCATE")

    run("SET CONSTRAINTS ALL IMMEDIATE")  # Pending checks would refuse first.
    truncating = [name for name in TRIGGERS if name.endswith("_no_truncate")]
    for model in KEPT:
        refused(lambda model=model: run(f"TRUNCATE {table(model)} CASCADE"), *truncating)
        refused(lambda model=model: run(f"TRUNCATE {table(model)} RESTART IDENTITY CASCADE"), *truncating)


def test_row_cannot_be_replaced_by_insert_or_replace(claim: Claim) -> None:
    on("sqlite", "PostgreSQL does not know INSERT OR REPLACE")

    for model in KEPT:
        # What stands at INSERT is asked first; a row that passes there would be deleted to make room.
        names = names_of(model, "_no_delete", "_starts_at_revision_one", "_is_revision", "_without_gap")
        refused(lambda model=model: run(copied(model, "INSERT OR REPLACE")), *names)


def test_newest_row_cannot_be_replaced_although_it_would_pass_as_new(claim: Claim) -> None:
    on("sqlite", "PostgreSQL does not know INSERT OR REPLACE")

    for model, where in (
        (LedgerEntry, f"sequence = {claim.revision}"),
        (AGGREGATES["speaker"], "revision = 1"),
        (PublicationContent, "salt <> ''"),
    ):
        insert = copied(model, "INSERT OR REPLACE").replace("WHERE true", f"WHERE {where}")
        refused(lambda insert=insert: run(insert), f"{model._meta.model_name}_no_delete")


# Side rows


def emptying(model: type[models.Model], by: LedgerEntry | None) -> dict[str, Any]:
    return {"text": "", "salt": "", "erased_by": by}


@pytest.mark.parametrize("model", SIDE_ROWS)
def test_side_row_cannot_be_rewritten(model: type[models.Model], claim: Claim) -> None:
    name = f"{model._meta.model_name}_only_emptied"

    refused(lambda: model.objects.update(text="{}"), name)
    refused(lambda: model.objects.update(salt="1" * 32), name)
    refused(lambda: run(f"UPDATE {table(model)} SET text = text"), name)
    refused(lambda: run(copied(model, "INSERT", f"ON CONFLICT ({key(model)}) DO UPDATE SET text = '{{}}'")), name)


@pytest.mark.parametrize("model", SIDE_ROWS)
def test_side_row_is_not_emptied_without_an_erasure(model: type[models.Model], claim: Claim) -> None:
    name = f"{model._meta.model_name}_only_emptied"
    no_erasure = claim.ledger.latest("sequence")

    refused(lambda: model.objects.update(**emptying(model, None)), name)
    refused(lambda: model.objects.update(**emptying(model, no_erasure)), name)


@pytest.mark.parametrize("model", SIDE_ROWS)
def test_side_row_is_emptied_once_by_an_erasure_and_never_filled_again(
    model: type[models.Model], claim: Claim, desk: Desk
) -> None:
    name = f"{model._meta.model_name}_only_emptied"
    for words in ("Call Jane Doe.", "Call John Roe."):
        review.comment(claim_id=claim.pk, actor=desk.editor, text=words)
    first, second = (
        erasure.erase(actor=desk.chief, text=name, reason="An order of the court.")[0]
        for name in ("Jane Doe", "John Roe")
    )
    row = model.objects.exclude(text="").latest("pk")
    row_again = model.objects.filter(pk=row.pk)

    row_again.update(**emptying(model, first))

    refused(lambda: row_again.update(text="{}", salt=row.salt, erased_by=None), name)
    refused(lambda: row_again.update(erased_by=second), name)
    row_again.update(**emptying(model, first))


# Aggregates


@pytest.mark.parametrize("name", AGGREGATES)
def test_update_must_raise_the_revision_by_one(name: str, claim: Claim) -> None:
    model = AGGREGATES[name]
    trigger = f"{name}_revision_rises_by_one"
    row = model.objects.order_by("pk")[:1]
    one = model.objects.filter(pk=row[0].pk)

    refused(lambda: one.update(revision=F("revision")), trigger)
    refused(lambda: one.update(revision=F("revision") + 2), trigger)
    refused(lambda: one.update(revision=F("revision") - 1), trigger)
    refused(row[0].save, trigger)
    refused(lambda: run(f"UPDATE {table(model)} SET revision = revision + 0"), trigger)
    refused(
        lambda: run(f"UPDATE {table(model)} SET revision = revision + 1, uuid = %s", claim.check_page.uuid.hex),
        trigger,
    )
    refused(lambda: run(f"UPDATE {table(model)} SET revision = revision + 1, id = id + 1000000"), trigger)
    assert one.update(revision=F("revision") + 1) == 1


@pytest.mark.parametrize("name", AGGREGATES)
def test_new_aggregate_starts_at_revision_one(name: str, claim: Claim) -> None:
    model = AGGREGATES[name]
    copy = model.objects.first()
    copy.pk, copy.uuid, copy.revision, copy._state.adding = None, claim.check_page.uuid, 2, True

    refused(copy.save, f"{name}_starts_at_revision_one")
    refused(lambda: model.objects.bulk_create([copy]), f"{name}_starts_at_revision_one")


def test_entry_bears_the_number_of_its_aggregates_revision(claim: Claim) -> None:
    entry = claim.ledger.latest("sequence")
    for sequence in (claim.revision - 1, claim.revision + 1, 0):
        entry.pk, entry.sequence, entry._state.adding = None, sequence, True
        refused(entry.save, "ledgerentry_sequence_is_revision")
        refused(lambda: LedgerEntry.objects.bulk_create([entry]), "ledgerentry_sequence_is_revision")


# Each kind of aggregate is looked up in its own table: the revision of another one does not help.
@pytest.mark.parametrize("name", AGGREGATES)
def test_entry_is_numbered_after_its_own_aggregate(name: str, claim: Claim) -> None:
    aggregate = AGGREGATES[name].objects.first()
    entry = claim.ledger.latest("sequence")
    entry.pk, entry.claim, entry.sequence, entry._state.adding = None, None, aggregate.revision + 1, True
    setattr(entry, name, aggregate)

    refused(entry.save, "ledgerentry_sequence_is_revision")


def test_version_bears_the_number_after_the_last_one(claim: Claim) -> None:
    version = claim.check_page.current
    version.pk, version.uuid, version._state.adding = None, claim.uuid, True
    version.kind, version.entry = "update", claim.ledger.first()
    for number in (1, 3):
        version.number = number
        refused(version.save, "publication_numbers_without_gap")


def test_address_of_a_check_is_fixed(claim: Claim) -> None:
    refused(lambda: Check.objects.update(slug="elsewhere"), "check_slug_is_fixed")
    refused(lambda: run(f"UPDATE {table(Check)} SET slug = 'elsewhere'"), "check_slug_is_fixed")
    refused(lambda: Check.objects.update(slug="check-00000000"), "check_slug_is_fixed")
    assert Check.objects.update(listed=False) == 1


# Transitions

COMPANIONS: dict[Status, dict[str, Any]] = {
    Status.PARKED: {"parked_until": timezone.localdate() + timedelta(days=1), "parked_reason": "It waits."},
    Status.DECLINED: {"decline_reason": "An opinion."},
}
NOTHING = {"parked_until": None, "parked_reason": "", "decline_reason": ""}


# The rule as a predicate and the rule as a trigger agree on every pair of statuses.
@pytest.mark.django_db
def test_status_moves_in_the_database_as_the_rules_say() -> None:
    pairs = list(itertools.product(Status, Status))

    assert {pair for pair in pairs if moves(*pair)} == status_pairs()


def moves(before: Status, after: Status) -> bool:
    """Whether the database lets a claim's status change so; if not, by this trigger."""
    claim = Claim.objects.create(status=before.value, **COMPANIONS.get(before, {}))
    columns = {**NOTHING, **COMPANIONS.get(after, {})}
    try:
        with transaction.atomic():
            Claim.objects.filter(pk=claim.pk).update(status=after.value, revision=2, **columns)
    except IntegrityError as refusal:
        if TRIGGERS["claim_status_moves_legally"].message not in str(refusal):
            raise
        return False
    return True


# Round migrations


@pytest.mark.django_db
def test_nothing_is_missing_after_the_migrations() -> None:
    assert triggers.missing(connection) == []


@pytest.mark.django_db
def test_triggers_stand_aside_while_a_migration_runs() -> None:
    present_before_ours = []
    config = _config()

    def look(**_: Any) -> None:
        present_before_ours.append(triggers.missing(connection))

    pre_migrate.connect(look, sender=config)
    try:
        call_command("migrate", verbosity=0)
    finally:
        pre_migrate.disconnect(look, sender=config)

    assert present_before_ours == [_wanted()]
    assert triggers.missing(connection) == []


@pytest.mark.django_db
def test_migrating_makes_again_what_is_missing() -> None:
    triggers.drop(connection)
    assert triggers.missing(connection) == _wanted()

    call_command("migrate", verbosity=0)

    assert triggers.missing(connection) == []


@pytest.mark.django_db
def test_making_twice_is_making_once() -> None:
    before = triggers._present(connection)

    triggers.make(connection)
    triggers.make(connection)

    assert triggers._present(connection) == before


@pytest.mark.django_db
def test_trigger_of_an_older_version_goes() -> None:
    name = f"{triggers.PREFIX}of_an_older_version"
    older = Trigger("of_an_older_version", table(Rating), "DELETE", "Nobody knows this one any more.")
    statements = triggers._sqlite if connection.vendor == "sqlite" else triggers._postgresql
    for statement in statements(older):
        run(statement)
    assert name in triggers._present(connection)

    triggers.make(connection)

    assert name not in triggers._present(connection)


@pytest.mark.django_db
def test_trigger_waits_for_its_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """A migration backwards takes tables away, and the hook runs after it all the same."""
    early = Trigger("too_early", "claims_nothing_yet", "DELETE", "Nothing stands here yet.")
    monkeypatch.setattr(triggers, "all_triggers", lambda: [early, *TRIGGERS.values()])

    triggers.make(connection)

    assert triggers.missing(connection) == [f"{triggers.PREFIX}too_early"]


def _config() -> Any:
    from django.apps import apps

    return apps.get_app_config("claims")


def _wanted() -> list[str]:
    skipped = "TRUNCATE" if connection.vendor == "sqlite" else ""
    return [triggers.PREFIX + name for name, trigger in TRIGGERS.items() if trigger.event != skipped]


# The system check


def errors() -> list[checks.CheckMessage]:
    return checks.run_checks(tags=[checks.Tags.database], databases=["default"])


@pytest.mark.django_db
def test_check_is_silent_when_every_trigger_is_there() -> None:
    assert errors() == []


@pytest.mark.django_db
def test_check_names_each_missing_trigger() -> None:
    name = f"{triggers.PREFIX}ledgerentry_no_update"
    run(f"DROP TRIGGER {name}" + ("" if connection.vendor == "sqlite" else f" ON {table(LedgerEntry)}"))

    assert [(error.id, name in error.msg) for error in errors()] == [("claims.E001", True)]


@pytest.mark.django_db
def test_check_asks_no_database_that_it_was_not_given() -> None:
    triggers.drop(connection)

    assert checks.run_checks(tags=[checks.Tags.database], databases=[]) == []


def test_hooks_hang_on_this_app_alone() -> None:
    senders = {receiver[0][1] for signal in (pre_migrate, post_migrate) for receiver in signal.receivers}

    assert id(_config()) in senders
