"""One user action on one aggregate: the lock, the guarded write, one rise of the revision, one ledger entry.

``change`` and ``creation`` are the only doors to an aggregate. Each opens a transaction, locks, asks permission,
hands out a ``Change`` to write with, and closes by saving the aggregate with its revision raised by one and the
entry that bears that number. ``verify`` (see ``claims.services.verification``) recomputes all of it.
"""

import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any, Generic, ParamSpec, TypeVar, cast

from django.apps import apps
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, OperationalError, connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from claims import composition
from claims.errors import Busy, Clash, Conflict, Refused
from claims.language import canonical
from claims.models import AGGREGATES, Aggregate, Claim, LedgerChange, LedgerEntry
from claims.rules import permissions, transitions
from claims.rules.transitions import Standing
from claims.services import people
from claims.vocabulary import Action, Status

SCHEMA = 1

P = ParamSpec("P")
R = TypeVar("R")
A = TypeVar("A", bound=Aggregate)

_AUTHORED_PREFIXES = ("texts.", "verdict.texts.", "verdict.elements", "calculations.")
"""Words that a publication may come to hold once their language is complete; see ``LedgerEntry.authored``."""

_EMPTY = (None, "")

_BUSY_STATES = {"40001", "40P01", "55P03"}


def service(function: Callable[P, R]) -> Callable[P, R]:
    """The services' edge: what the database refuses becomes a sentence.

    A broken constraint is ``Refused`` with the constraint's own message. When the database is busy, once more; then
    ``Busy``. Inside a transaction: no retry.
    """

    @wraps(function)
    def edge(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except IntegrityError as error:
            raise _refusal(error) from error
        except OperationalError as error:
            if connection.in_atomic_block or not _is_busy(error):
                raise
        try:
            return function(*args, **kwargs)
        except IntegrityError as error:
            raise _refusal(error) from error
        except OperationalError as error:
            if not _is_busy(error):
                raise
            raise Busy(_("The database is busy. Nothing was saved; try again in a moment.")) from error

    return edge


def _refusal(error: IntegrityError) -> Refused | IntegrityError:
    """The sentence of the constraint that was broken; the error itself for a trigger, which no input should reach."""
    named = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)  # PostgreSQL
    for model in apps.get_app_config("claims").get_models():
        for constraint in model._meta.constraints:
            signs = {f"CHECK constraint failed: {constraint.name}"}  # SQLite names no unique constraint
            if isinstance(constraint, models.UniqueConstraint):
                columns = ", ".join(_column(model, name) for name in constraint.fields)
                signs.add(f"UNIQUE constraint failed: {columns}")
            if constraint.name == named or str(error) in signs:
                return Refused(str(constraint.get_violation_error_message()))
    return error


def _column(model: type[models.Model], name: str) -> str:
    return f"{model._meta.db_table}.{cast('models.Field[Any, Any]', model._meta.get_field(name)).column}"


def _is_busy(error: OperationalError) -> bool:
    state = getattr(error.__cause__, "sqlstate", None)
    return state in _BUSY_STATES or "locked" in str(error)


def new_change_set() -> uuid.UUID:
    """The id that the entries of one action share."""
    return uuid.uuid4()


def permit(action: Action, user: User, claim: Claim | None = None) -> None:
    """Raises ``PermissionDenied`` with the reason unless ``user`` may do ``action`` (to ``claim``)."""
    # Whether somebody is an author is read from the ledger, so only where the action asks for it.
    person = people.person(user, claim if action in permissions.NOT_BY_AN_AUTHOR else None)
    reason = permissions.refusal(action, person)
    if reason:
        raise PermissionDenied(reason)


def standing(claim: Claim) -> Standing:
    """What the transition table asks of a claim."""
    check = getattr(claim, "check_page", None)
    return Standing(
        status=Status(claim.status),
        ever_published=check is not None,
        has_live_check=check is not None and not check.withdrawn,
    )


def as_plain(value: Any) -> Any:
    """A field's value as the ledger writes it: rows as their key, everything else as canonical text has it."""
    if isinstance(value, models.Model):
        return value.pk
    return canonical.plain(value)


class Change(Generic[A]):
    """What one action writes to one aggregate. Made by ``change`` and ``creation`` only.

    ``fields`` maps a path to [before, after]; ``facts`` holds reasons and whatever else the history should tell.
    """

    def __init__(
        self,
        aggregate: A,
        *,
        action: Action,
        actor: User,
        opened_at: int | None,
        change_set: uuid.UUID | None,
        on_behalf_of: User | None,
        born: bool = False,
    ) -> None:
        self.aggregate = aggregate
        self.action = action
        self.actor = actor
        self.on_behalf_of = on_behalf_of
        self.change_set = change_set or new_change_set()
        self.born = born
        self.opened_at = opened_at
        self.fields: dict[str, list[Any]] = {}
        self.facts: dict[str, Any] = {}
        self._entry: LedgerEntry | None = None
        self.clashes: list[Clash] = []
        self._dirty: dict[models.Model, set[str]] = {}
        self._later, self._blind = ({}, False) if opened_at is None or born else self._later_fields(opened_at)
        self._before = None if born else self._fingerprint()

    # Writing

    def write(self, row: models.Model, prefix: str = "", /, **values: Any) -> None:
        """Sets fields of the aggregate (``prefix`` empty) or of one of its rows, by the field-level conflict rule.

        A value that equals what the field held when the form was opened was not typed by this person and is left
        alone. One that was, and that somebody else changed since, becomes a clash; ``close`` raises them together.
        """
        for name, given in values.items():
            path = prefix + name
            column = cast("models.Field[Any, Any]", row._meta.get_field(name)).attname
            value = _cleaned(row, name, given, path)
            mine, theirs = as_plain(value), as_plain(getattr(row, column))
            if not self.typed(path, mine, theirs):
                continue
            if path in self._later or self._blind:
                self.clash(path, theirs, mine)
            self._set(row, column, value, path)

    def typed(self, path: str, mine: Any, theirs: Any) -> bool:
        """Whether this person wrote ``mine``: it is neither what stands there now nor what the form was opened with.

        A row that was not there then showed as an empty field.
        """
        base = self._later.get(path, theirs)
        return not any(mine == known or (mine in _EMPTY and known in _EMPTY) for known in (base, theirs))

    def clash(self, path: str, theirs: Any, mine: Any) -> None:
        """Notes that two people wrote the same field; ``close`` raises all clashes together."""
        self.clashes.append(Clash(path, self._later.get(path, theirs), theirs, mine))

    def put(self, row: models.Model, prefix: str = "", /, **values: Any) -> None:
        """Sets fields that the action itself decides, such as the status: no form held them, so nothing can clash."""
        for name, given in values.items():
            column = cast("models.Field[Any, Any]", row._meta.get_field(name)).attname
            self._set(row, column, _cleaned(row, name, given, prefix + name), prefix + name)

    def _set(self, row: models.Model, column: str, value: Any, path: str) -> None:
        before, after = as_plain(getattr(row, column)), as_plain(value)
        if before == after:
            return
        setattr(row, column, value)
        self._dirty.setdefault(row, set()).add(column)
        self.fields[path] = [self.fields[path][0] if path in self.fields else before, after]

    def write_list(self, path: str, before: list[Any], after: list[Any]) -> bool:
        """The conflict rule for a list that is replaced whole; returns whether the caller has to replace it."""
        if not self.typed(path, after, before):
            return False
        if path in self._later or self._blind:
            self.clash(path, before, after)
        self.fields[path] = [before, after]
        return True

    def add(self, row: models.Model, path: str, **facts: Any) -> None:
        """Saves a new row of the aggregate; ``facts`` is what the history tells of it."""
        check_fields(row, f"{path}." if path else "")
        row.save(force_insert=True)
        for name, value in facts.items():
            self.fields[f"{path}.{name}" if path else name] = [None, as_plain(value)]

    def move(self) -> None:
        """Makes the action's transition: status, and what belongs to the status that is left behind."""
        claim = cast(Claim, self.aggregate)
        target = transitions.target(self.action, standing(claim))
        if target is not Status.PARKED:
            self.put(claim, parked_until=None, parked_reason="")
        if target is not Status.DECLINED:
            self.put(claim, decline_reason="", duplicate_of=None)
        if target is not Status.APPROVED:
            self.put(claim, publish_at=None)
        if target in (Status.PUBLISHED, Status.RETRACTED, Status.DECLINED):
            self.put(claim, reader=None)  # the next version finds its own
        self.put(claim, status=target.value)

    def touch(self, row: models.Model, columns: list[str]) -> None:
        """Saves columns that were set in memory without telling the history what they held: erasure alone."""
        if columns:
            self._dirty.setdefault(row, set()).update(columns)

    def note(self, **facts: Any) -> None:
        """Adds to what the history tells of the action."""
        self.facts.update({name: as_plain(value) for name, value in facts.items()})

    # Closing

    @property
    def entry(self) -> LedgerEntry:
        """The entry of a closed change; an action that wrote nothing has none (``RuntimeError``)."""
        if self._entry is None:
            raise RuntimeError("The change wrote nothing, or is still open.")
        return self._entry

    def close(self) -> LedgerEntry | None:
        """Saves everything and writes the entry; nothing written means no entry and no new revision."""
        if self.clashes:
            raise Conflict(
                _("Somebody changed the same field meanwhile. Nothing was saved; what you typed is below."),
                self.clashes,
                revision=self.aggregate.revision,
            )
        if not (self.fields or self.facts or self.born):
            return None
        self._save_rows()
        changed_content = self._fingerprint(pending=True) != self._before
        if changed_content and not self.born:
            self._revise()
        if not self.born:
            self._raise_revision()
        self._entry = self._append(changed_content=changed_content)
        return self._entry

    def _save_rows(self) -> None:
        for row, columns in self._dirty.items():
            if row is not self.aggregate:
                row.save(update_fields=sorted(columns))

    def _revise(self) -> None:
        """Edited content of an approved claim goes back to the second read by itself, and to who knows it already."""
        claim = self.aggregate
        if isinstance(claim, Claim) and claim.status == Status.APPROVED:
            writers = [user for user in (self.actor, self.on_behalf_of) if user is not None]
            reader = people.reader_again(claim, *writers)
            self.put(claim, status=Status.REVIEW.value, publish_at=None, reader=reader)
            self.facts["revised"] = True

    def _raise_revision(self) -> None:
        """The guarded write: saves the aggregate's own columns where the revision is still the locked one."""
        aggregate = self.aggregate
        columns = {column: getattr(aggregate, column) for column in self._dirty.get(aggregate, ())}
        rows = type(aggregate)._base_manager.filter(pk=aggregate.pk, revision=aggregate.revision)
        if rows.update(**columns, revision=aggregate.revision + 1) != 1:
            raise Busy(_("Somebody saved at the same moment. Nothing was saved; try again."))
        aggregate.revision += 1

    def _append(self, *, changed_content: bool) -> LedgerEntry:
        name = aggregate_name(self.aggregate)
        previous = _entries(self.aggregate).order_by("-sequence").values_list("hash", flat=True).first() or ""
        change = canonical.text({"fields": self.fields, "facts": self.facts})
        salt = canonical.new_salt()
        authored = changed_content or any(path.startswith(_AUTHORED_PREFIXES) for path in self.fields)
        columns = {
            "sequence": self.aggregate.revision,
            "action": self.action.value,
            "actor_id": self.actor.pk,
            "on_behalf_of_id": self.on_behalf_of.pk if self.on_behalf_of else None,
            "change_set": self.change_set,
            "changed_content": changed_content,
            "authored": authored,
            "at": timezone.now(),
            "previous_hash": previous,
        }
        text = entry_text(name, self.aggregate.uuid, columns, canonical.commitment(salt, change))
        entry = LedgerEntry.objects.create(
            **{f"{name}_id": self.aggregate.pk}, **columns, text=text, hash=canonical.digest(text)
        )
        LedgerChange.objects.create(entry=entry, salt=salt, text=change)
        return entry

    # Reading

    def _fingerprint(self, *, pending: bool = False) -> str | None:
        """The content's hash for a claim; the other aggregates have no content."""
        if not isinstance(self.aggregate, Claim):
            return None
        read = composition.compose_pending if pending else composition.compose
        return composition.content_hash(read(self.aggregate))

    def _later_fields(self, opened_at: int) -> tuple[dict[str, Any], bool]:
        """What later entries changed: path -> the value it had at ``opened_at``; and whether it is not known of all.

        An erasure does not tell what it masked, and an entry that was emptied no longer tells what it changed. From
        there on no value of then is known, so whatever differs from what stands there now was written by two.
        """
        if opened_at >= self.aggregate.revision:
            return {}, False
        entries = _entries(self.aggregate).filter(sequence__gt=opened_at).order_by("sequence")
        later: dict[str, Any] = {}
        for action, text in entries.values_list("action", "change__text"):
            if action == Action.ERASE or not text:
                return later, True
            for path, (before, _after) in json.loads(text)["fields"].items():
                later.setdefault(path, before)
        return later, False


def _cleaned(row: models.Model, name: str, value: Any, path: str) -> Any:
    """``value`` as the field's own type, in NFC; raises ``Refused`` with the field's sentence."""
    field = cast("models.Field[Any, Any]", row._meta.get_field(name))
    if isinstance(value, str | list | dict):
        value = canonical.plain(value)
    if isinstance(field, models.ForeignKey):
        return value.pk if isinstance(value, models.Model) else value
    if value is None and field.null:
        return None
    try:
        value = field.to_python(value)
        if not (value in ("", [], {}) and field.blank):
            field.run_validators(value)
            field.validate(value, row) if field.editable else None
    except ValidationError as error:
        raise Refused(" ".join(error.messages), field=path) from error
    return value


def check_fields(row: models.Model, prefix: str = "") -> None:
    """Brings a new row's texts into NFC; raises ``Refused`` with a field's sentence where a value does not fit it."""
    relations = []
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if isinstance(value, str | list | dict):
            setattr(row, field.attname, canonical.plain(value))
        if field.is_relation:
            relations.append(field.name)  # the database itself refuses a key that is not there
    try:
        row.clean_fields(exclude=relations)
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        raise Refused(" ".join(messages), field=prefix + name) from error


def aggregate_name(aggregate: Aggregate) -> str:
    """The ledger's column for an aggregate."""
    return next(name for name, model in AGGREGATES.items() if isinstance(aggregate, model))


def entry_text(name: str, aggregate: uuid.UUID, columns: Mapping[str, Any], change: str) -> str:
    """The canonical text of an entry; ``change`` is the salted commitment to its side row."""
    return canonical.text(
        {
            "schema": SCHEMA,
            "aggregate": {"kind": name, "uuid": aggregate},
            "sequence": columns["sequence"],
            "action": columns["action"],
            "actor": columns["actor_id"],
            "on_behalf_of": columns["on_behalf_of_id"],
            "change_set": columns["change_set"],
            "changed_content": columns["changed_content"],
            "authored": columns["authored"],
            "at": columns["at"],
            "change": change,
            "previous": columns["previous_hash"],
        }
    )


def _entries(aggregate: Aggregate) -> models.QuerySet[LedgerEntry]:
    return LedgerEntry.objects.filter(**{aggregate_name(aggregate): aggregate.pk})


def locked(model: type[A], key: int) -> A:
    """The row, locked until the transaction ends (SQLite: the transaction itself is the lock).

    The key stays as it is, so a row elsewhere may point to this one meanwhile: evidence to a source being changed.
    """
    return model._base_manager.select_for_update(no_key=True).get(pk=key)


@contextmanager
def change(
    model: type[A],
    key: int,
    *,
    action: Action,
    actor: User,
    opened_at: int | None = None,
    change_set: uuid.UUID | None = None,
    on_behalf_of: User | None = None,
) -> Iterator[Change[A]]:
    """One action on an existing aggregate. Raises ``PermissionDenied``, ``Conflict`` or what the body raises."""
    with transaction.atomic():
        aggregate = locked(model, key)
        permit(action, actor, aggregate if isinstance(aggregate, Claim) else None)
        if opened_at is not None and opened_at > aggregate.revision:
            raise Refused(_("The form names a revision that does not exist. Open the page again."))
        work = Change(
            aggregate,
            action=action,
            actor=actor,
            opened_at=opened_at,
            change_set=change_set,
            on_behalf_of=on_behalf_of,
        )
        yield work
        work.close()


@contextmanager
def creation(
    aggregate: A,
    *,
    actor: User,
    action: Action = Action.CREATE,
    change_set: uuid.UUID | None = None,
    on_behalf_of: User | None = None,
) -> Iterator[Change[A]]:
    """One action that makes a new aggregate: the row at revision 1, then its rows, then entry number 1."""
    with transaction.atomic():
        permit(action, actor)
        check_fields(aggregate)
        aggregate.save(force_insert=True)
        work = Change(
            aggregate,
            action=action,
            actor=actor,
            opened_at=None,
            change_set=change_set,
            on_behalf_of=on_behalf_of,
            born=True,
        )
        work.fields.update(_own_fields(aggregate))
        yield work
        work.close()


def _own_fields(aggregate: Aggregate) -> dict[str, list[Any]]:
    """The filled columns of a new aggregate, as its first entry tells them."""
    skipped = {"id", "uuid", "revision", "created_at"}
    fields = (field for field in aggregate._meta.concrete_fields if field.name not in skipped)
    values = {field.name: as_plain(getattr(aggregate, field.attname)) for field in fields}
    return {name: [None, value] for name, value in values.items() if value not in (None, "", [], {})}


def require(condition: object, sentence: str, *, field: str = "") -> None:
    """Raises ``Refused`` with ``sentence`` unless ``condition`` holds."""
    if not condition:
        raise Refused(sentence, field=field)
