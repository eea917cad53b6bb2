"""Paging by cursor: pages that stay true while new rows come in, and cost the same however deep one goes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict

OLDER, NEWER = "after", "before"


@dataclass(frozen=True)
class Page:
    """The rows of one page, newest first, and the query strings of its neighbours ("" where there is none)."""

    rows: Sequence[Any]
    newer: str
    older: str

    @property
    def is_first(self) -> bool:
        return not self.newer


def moment(value: str) -> datetime:
    """A point in time as a cursor holds it; raises ``ValueError`` for anything else."""
    when = datetime.fromisoformat(value)
    if when.tzinfo is None:
        raise ValueError(value)
    return when.astimezone(UTC)  # fails here, not in the database, where no zone can hold it


def page(
    queryset: QuerySet[Any],
    parameters: QueryDict,
    *,
    field: str,
    size: int,
    ascending: bool = False,
    read: Callable[[str], Any] = moment,
) -> Page:
    """One page of ``queryset`` by (-``field``, -pk), or by both upwards; ``field`` is never null.

    ``parameters`` are the request's: ``after`` or ``before`` hold the row that the page begins behind, the others
    are carried along in the neighbours' query strings. A cursor that cannot be read means the first page. ``read``
    makes the field's value of the cursor's text, by default a point in time.
    """
    older, newer = _read(parameters.get(OLDER), read), _read(parameters.get(NEWER), read)
    onward, back = ("gt", "lt") if ascending else ("lt", "gt")
    there, here = [field, "pk"], [f"-{field}", "-pk"]
    if ascending:
        there, here = here, there
    if newer is not None:
        rows = list(queryset.filter(_beyond(field, back, newer)).order_by(*there)[: size + 1])
        if len(rows) > size:
            shown = rows[:size][::-1]
            return Page(shown, _to(parameters, NEWER, shown[0], field), _to(parameters, OLDER, shown[-1], field))
        older = None  # what is left is the top: show the whole first page rather than a stub of it
    if older is not None:
        queryset = queryset.filter(_beyond(field, onward, older))
    rows = list(queryset.order_by(*here)[: size + 1])
    shown = rows[:size]
    return Page(
        shown,
        _to(parameters, NEWER, shown[0], field) if older is not None and shown else "",
        _to(parameters, OLDER, shown[-1], field) if len(rows) > size else "",
    )


def _beyond(field: str, side: str, cursor: tuple[Any, int]) -> Q:
    """Rows on one side of the cursor; the first condition alone lets the database walk its index."""
    value, key = cursor
    return Q(**{f"{field}__{side}e": value}) & (Q(**{f"{field}__{side}": value}) | Q(**{f"pk__{side}": key}))


def _read(cursor: str | None, read: Callable[[str], Any]) -> tuple[Any, int] | None:
    """``2026-11-20T10:15:00.123456+00:00_12``: where, and which of those at the same place."""
    value, _, key = (cursor or "").rpartition("_")
    try:
        place, number = read(value), int(key)
    except (ValueError, OverflowError):
        return None
    return (place, number) if 0 <= number < 2**63 else None


def _to(parameters: QueryDict, name: str, row: Any, field: str) -> str:
    query = parameters.copy()
    query.pop(OLDER, None)
    query.pop(NEWER, None)
    value = getattr(row, field)
    query[name] = f"{value.isoformat() if hasattr(value, 'isoformat') else value}_{row.pk}"
    return f"?{query.urlencode()}"
