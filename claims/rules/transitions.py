"""The legal moves of a claim: one table, read by services, pages, tests and the database's triggers."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from claims.errors import IllegalTransition, NotEditable
from claims.vocabulary import Action, Role, Status

ANY = frozenset(Status)


@dataclass(frozen=True)
class Move:
    """One row of the table: from any of ``sources`` to ``target``, by ``role`` or above.

    ``by_system`` marks a move that the system may make too; ``not_author`` one that an author may not make.
    """

    action: Action
    sources: frozenset[Status]
    target: Status
    role: Role
    by_system: bool = False
    not_author: bool = False


def _move(
    action: Action,
    sources: tuple[Status, ...] | frozenset[Status],
    target: Status,
    role: Role,
    *,
    by_system: bool = False,
    not_author: bool = False,
) -> Move:
    return Move(action, frozenset(sources), target, role, by_system, not_author)


_S, _A, _R = Status, Action, Role

MOVES: dict[Action, Move] = {
    move.action: move
    for move in (
        _move(_A.ACCEPT, (_S.INBOX,), _S.RESEARCH, _R.RESEARCHER),
        _move(_A.DECLINE, (_S.INBOX, _S.RESEARCH, _S.PARKED), _S.DECLINED, _R.EDITOR),
        _move(_A.LINK, (_S.INBOX, _S.RESEARCH, _S.PARKED), _S.DECLINED, _R.RESEARCHER),
        _move(_A.RESTORE, (_S.DECLINED,), _S.INBOX, _R.EDITOR),
        _move(_A.PARK, (_S.INBOX, _S.RESEARCH), _S.PARKED, _R.RESEARCHER),
        _move(_A.WAKE, (_S.PARKED,), _S.RESEARCH, _R.EDITOR, by_system=True),
        _move(_A.SUBMIT, (_S.RESEARCH,), _S.REVIEW, _R.RESEARCHER),
        _move(_A.SEND_BACK, (_S.REVIEW,), _S.RESEARCH, _R.EDITOR, not_author=True),
        _move(_A.APPROVE, (_S.REVIEW,), _S.APPROVED, _R.EDITOR, not_author=True),
        _move(_A.REVISE, (_S.APPROVED,), _S.REVIEW, _R.RESEARCHER, by_system=True),
        _move(_A.SCHEDULE, (_S.APPROVED,), _S.APPROVED, _R.EDITOR),
        _move(_A.PUBLISH, (_S.APPROVED,), _S.PUBLISHED, _R.EDITOR, by_system=True),
        _move(_A.REOPEN, (_S.PUBLISHED, _S.RETRACTED), _S.RESEARCH, _R.EDITOR),
        _move(_A.RETRACT, ANY, _S.RETRACTED, _R.CHIEF),
    )
}

EDITABLE = frozenset({Status.INBOX, Status.RESEARCH, Status.APPROVED})
"""Where content is edited; in APPROVED that revises by itself."""

LINK_TARGETS = frozenset({Status.INBOX, Status.RESEARCH, Status.APPROVED})
"""Where the claim that stays may stand when another is linked to it."""


@dataclass(frozen=True)
class Standing:
    """What the table needs to know of a claim besides the person: was it ever published, is a check live."""

    status: Status
    ever_published: bool = False
    has_live_check: bool = False


def target(action: Action, standing: Standing) -> Status:
    """Where ``action`` leads from here; raises ``IllegalTransition`` with a sentence when it is not in the table."""
    problem = obstacle(action, standing)
    if problem:
        raise IllegalTransition(problem)
    return MOVES[action].target


def obstacle(action: Action, standing: Standing) -> str:
    """Why ``action`` is not possible for a claim that stands so, as a sentence; empty when it is."""
    move = MOVES[action]
    if standing.status not in move.sources:
        return _("“%(action)s” is not possible here: the claim is in “%(status)s”.") % {
            "action": _(action.label),
            "status": _(standing.status.label),
        }
    if action in (Action.DECLINE, Action.LINK) and standing.ever_published:
        return _("A claim that was published cannot be closed; it can be withdrawn.")
    if action is Action.RETRACT and not standing.has_live_check:
        return _("There is no live check to withdraw.")
    return ""


def check_splittable(status: Status) -> None:
    """Raises ``IllegalTransition`` where the claim is closed. A split leaves its own words as they are."""
    if status in (Status.DECLINED, Status.RETRACTED):
        raise IllegalTransition(_("The claim is closed. Restore or reopen it before you split it."))


def status_pairs() -> frozenset[tuple[Status, Status]]:
    """Every (from, to) that one entry may make, staying put included: what the claims trigger accepts.

    A suggestion taken in review stays in review; an approval that still asks for a second person too.
    """
    stay = {(status, status) for status in Status}
    return frozenset(stay | {(source, move.target) for move in MOVES.values() for source in move.sources})


def check_editable(status: Status) -> None:
    """Raises ``NotEditable`` with what to do first, where content is not edited."""
    if status in EDITABLE:
        return
    raise NotEditable(
        {
            Status.REVIEW: _("The claim is being read. Suggest a wording, or send it back first."),
            Status.PUBLISHED: _("The claim is published. Reopen it first; the public page stays as it is."),
            Status.RETRACTED: _("The claim is withdrawn. Reopen it first."),
            Status.PARKED: _("The claim is on hold. Resume it first."),
            Status.DECLINED: _("The claim is not checked. Restore it first."),
        }[status]
    )
