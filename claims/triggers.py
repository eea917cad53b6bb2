"""The database's own refusals, made from the rules, on SQLite and on PostgreSQL alike.

Each trigger is one condition under which a row's change is refused, written once in the SQL that both databases
share (``OLD`` and ``NEW`` are the row before and after). They are dropped before and made again after every
migration: SQLite loses them when it rebuilds a table, and a data migration has to write. A system check names a
missing one. Test teardown alone drops them otherwise.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from claims.models import (
    AGGREGATES,
    Check,
    Claim,
    LedgerChange,
    LedgerEntry,
    Publication,
    PublicationContent,
    PublicationNames,
)
from claims.rules.transitions import status_pairs
from claims.vocabulary import Action

PREFIX = "factcheck_"
ALWAYS = "1 = 1"


@dataclass(frozen=True)
class Trigger:
    """Refuses ``event`` (INSERT, UPDATE, DELETE or, on PostgreSQL, TRUNCATE) on a row for which ``condition`` holds."""

    name: str
    table: str
    event: str
    message: str
    condition: str = ALWAYS


def _table(model: Any) -> str:
    return str(model._meta.db_table)


def _fixed(model: Any, what: str) -> Iterable[Trigger]:
    """Rows that are written once: no UPDATE, no DELETE, no TRUNCATE."""
    name = model._meta.model_name
    yield Trigger(f"{name}_no_update", _table(model), "UPDATE", f"{what} cannot be changed.")
    yield from _kept(model, what)


def _kept(model: Any, what: str) -> Iterable[Trigger]:
    """Rows that are never deleted."""
    name = model._meta.model_name
    yield Trigger(f"{name}_no_delete", _table(model), "DELETE", f"{what} cannot be deleted.")
    yield Trigger(f"{name}_no_truncate", _table(model), "TRUNCATE", f"{what} cannot be deleted.")


def _side_row(model: Any, what: str) -> Iterable[Trigger]:
    """Side rows can only be emptied, and only by an entry of an erasure."""
    key = model._meta.pk.column
    erasure = (
        f"SELECT 1 FROM {_table(LedgerEntry)} AS entry "
        f"WHERE entry.id = NEW.erased_by_id AND entry.action = '{Action.ERASE.value}'"
    )
    yield Trigger(
        f"{model._meta.model_name}_only_emptied",
        _table(model),
        "UPDATE",
        f"{what} can only be emptied, by an erasure.",
        f"NOT (NEW.{key} = OLD.{key} AND NEW.text = '' AND NEW.salt = '' AND EXISTS ({erasure})"
        f" AND (OLD.text <> '' OR OLD.erased_by_id = NEW.erased_by_id))",
    )
    yield from _kept(model, what)


def _aggregate(name: str, model: Any) -> Iterable[Trigger]:
    table = _table(model)
    yield Trigger(
        f"{name}_revision_rises_by_one",
        table,
        "UPDATE",
        f"An update of a {name} must raise its revision by one.",
        "NEW.revision <> OLD.revision + 1 OR NEW.id <> OLD.id OR NEW.uuid <> OLD.uuid",
    )
    yield Trigger(
        f"{name}_starts_at_revision_one",
        table,
        "INSERT",
        f"A new {name} starts at revision 1.",
        "NEW.revision <> 1",
    )
    yield from _kept(model, f"A {name}")


def _legal_moves() -> Trigger:
    pairs = sorted((before.value, after.value) for before, after in status_pairs())
    known = ", ".join(f"'{before}>{after}'" for before, after in pairs)
    return Trigger(
        "claim_status_moves_legally",
        _table(Claim),
        "UPDATE",
        "This change of status is not in the table of transitions.",
        f"(OLD.status || '>' || NEW.status) NOT IN ({known})",
    )


def _sequence_is_revision() -> Trigger:
    revisions = " ".join(
        f"WHEN NEW.{name}_id IS NOT NULL THEN (SELECT revision FROM {_table(model)} WHERE id = NEW.{name}_id)"
        for name, model in AGGREGATES.items()
    )
    return Trigger(
        "ledgerentry_sequence_is_revision",
        _table(LedgerEntry),
        "INSERT",
        "A ledger entry bears the number of its aggregate's revision.",
        f"NEW.sequence <> (CASE {revisions} ELSE 0 END)",
    )


def _versions_without_gap() -> Trigger:
    table = _table(Publication)
    return Trigger(
        "publication_numbers_without_gap",
        table,
        "INSERT",
        "A version bears the number after the last one.",
        f"NEW.number <> (SELECT COUNT(*) + 1 FROM {table} AS other WHERE other.check_page_id = NEW.check_page_id)",
    )


def all_triggers() -> list[Trigger]:
    """Every trigger that the database must have."""
    return [
        *_fixed(LedgerEntry, "A ledger entry"),
        _sequence_is_revision(),
        *_fixed(Publication, "A publication"),
        _versions_without_gap(),
        *_side_row(LedgerChange, "The change of a ledger entry"),
        *_side_row(PublicationContent, "The content of a publication"),
        *_side_row(PublicationNames, "The names of a publication"),
        *(trigger for name, model in AGGREGATES.items() for trigger in _aggregate(name, model)),
        _legal_moves(),
        Trigger(
            "check_slug_is_fixed",
            _table(Check),
            "UPDATE",
            "The address of a check is fixed.",
            # An erasure may take the words out of it; what stays is the beginning of the check's own UUID.
            "NEW.slug <> OLD.slug AND NEW.slug <> 'check-' || substr(CAST(NEW.uuid AS TEXT), 1, 8)",
        ),
    ]


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _sqlite(trigger: Trigger) -> Sequence[str]:
    if trigger.event == "TRUNCATE":
        return []
    made = (
        f"CREATE TRIGGER {PREFIX}{trigger.name} BEFORE {trigger.event} ON {trigger.table} FOR EACH ROW "
        f"WHEN {trigger.condition} BEGIN SELECT RAISE(ABORT, {_quoted(trigger.message)}); END"
    )
    return [made]


def _postgresql(trigger: Trigger) -> Sequence[str]:
    name = PREFIX + trigger.name
    level = "STATEMENT" if trigger.event == "TRUNCATE" else "ROW"
    passed = {"DELETE": "OLD", "TRUNCATE": "NULL"}.get(trigger.event, "NEW")
    # SQLSTATE 23000 is an integrity violation, so Django raises IntegrityError as it does for SQLite's RAISE.
    function = (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {trigger.condition} THEN RAISE EXCEPTION USING ERRCODE = '23000', MESSAGE = {_quoted(trigger.message)}; "
        f"END IF; RETURN {passed}; END $$"
    )
    made = f"CREATE TRIGGER {name} BEFORE {trigger.event} ON {trigger.table} FOR EACH {level} EXECUTE FUNCTION {name}()"
    return [function, made]


def make(connection: BaseDatabaseWrapper) -> None:
    """Makes every trigger anew; does nothing where the tables are not there (a migration backwards)."""
    drop(connection)
    tables = set(connection.introspection.table_names())
    statements = _sqlite if connection.vendor == "sqlite" else _postgresql
    with connection.cursor() as cursor:
        for trigger in all_triggers():
            if trigger.table in tables:
                for statement in statements(trigger):
                    cursor.execute(statement)


def drop(connection: BaseDatabaseWrapper) -> None:
    """Drops every trigger of this project, known to this version or not."""
    with connection.cursor() as cursor:
        for name, table in _present(connection).items():
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            else:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
                cursor.execute(f"DROP FUNCTION IF EXISTS {name}()")


def _present(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """The project's triggers that the database has: name -> table."""
    query = (
        "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s"
        if connection.vendor == "sqlite"
        else "SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
        "JOIN pg_namespace ON pg_namespace.oid = relnamespace "
        "WHERE NOT tgisinternal AND nspname = current_schema() AND tgname LIKE %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [PREFIX + "%"])
        return {str(name): str(table) for name, table in cursor.fetchall()}


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The names of the triggers that the database lacks."""
    present = _present(connection)
    events = {"TRUNCATE"} if connection.vendor == "sqlite" else set()
    wanted = (PREFIX + trigger.name for trigger in all_triggers() if trigger.event not in events)
    return [name for name in wanted if name not in present]


def drop_before_migrating(sender: AppConfig, using: str, **_kwargs: Any) -> None:
    drop(connections[using])


def make_after_migrating(sender: AppConfig, using: str, **_kwargs: Any) -> None:
    make(connections[using])


@checks.register(checks.Tags.database)
def check_triggers(databases: Iterable[str] | None = None, **_kwargs: Any) -> list[checks.CheckMessage]:
    """Names each trigger that a migrated database lacks (``manage.py check --database default``)."""
    messages: list[checks.CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        if alias == "replica" or _table(LedgerEntry) not in connection.introspection.table_names():
            continue
        messages += [
            checks.Error(
                f"The database “{alias}” lacks the trigger {name}.",
                hint="Run manage.py migrate, which makes every trigger anew.",
                id="claims.E001",
            )
            for name in missing(connection)
        ]
    return messages
