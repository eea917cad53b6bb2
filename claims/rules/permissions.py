"""Who may do what, each refusal with its reason. Superusers are chiefs here, and no rule bends for them."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from claims.rules.transitions import MOVES
from claims.vocabulary import Action, Role

RANKS = {Role.RESEARCHER: 1, Role.EDITOR: 2, Role.CHIEF: 3}
"""Each rank may do what the ranks below may; an auditor stands outside and changes nothing."""

NEEDED: dict[Action, Role] = {
    **{action: move.role for action, move in MOVES.items()},
    Action.MARK: Role.RESEARCHER,
    Action.EDIT: Role.RESEARCHER,
    Action.ASSIGN: Role.RESEARCHER,
    Action.COMMENT: Role.RESEARCHER,
    Action.RESOLVE: Role.RESEARCHER,
    Action.SUGGEST: Role.RESEARCHER,
    Action.TAKE: Role.RESEARCHER,
    Action.DISMISS: Role.RESEARCHER,
    Action.ANCHOR: Role.RESEARCHER,
    Action.WITHHOLD: Role.EDITOR,
    Action.LIFT: Role.CHIEF,
    Action.ERASE: Role.CHIEF,
    Action.CREATE: Role.RESEARCHER,
    Action.CHANGE: Role.RESEARCHER,
    Action.CAPTURE: Role.RESEARCHER,
    Action.CONFIRM: Role.RESEARCHER,
    Action.MEND: Role.RESEARCHER,
    Action.APPEARED: Role.RESEARCHER,
    Action.SPLIT: Role.RESEARCHER,
    Action.SET_ASIDE: Role.RESEARCHER,
    Action.BRING_BACK: Role.RESEARCHER,
    Action.MERGE: Role.EDITOR,
    Action.PRESERVE: Role.RESEARCHER,
    Action.RELEASE: Role.EDITOR,
    Action.EXCLUDE: Role.RESEARCHER,
    Action.ASK: Role.RESEARCHER,
    Action.REPLY: Role.RESEARCHER,
    Action.HAND_OVER: Role.EDITOR,
    Action.DECLARE: Role.RESEARCHER,
    Action.TAKE_BACK: Role.RESEARCHER,
    Action.AWAY: Role.RESEARCHER,
}

NOT_BY_AN_AUTHOR = frozenset(action for action, move in MOVES.items() if move.not_author)
BY_SYSTEM = frozenset(action for action, move in MOVES.items() if move.by_system) | {
    Action.CREATE,  # shipped scales, and articles that a command takes in
    Action.CAPTURE,
    Action.ANCHOR,
    Action.REPLY,  # what an addressee answered through the link
}


@dataclass(frozen=True)
class Person:
    """Who asks: a role or none; whether an author of what is asked about; whether the system itself.

    ``conflicts`` names what of it they declared a conflict of interest in; empty for none.
    """

    role: Role | None = None
    is_author: bool = False
    conflicts: tuple[str, ...] = ()
    is_system: bool = False


def refusal(action: Action, person: Person) -> str:
    """Why ``person`` may not do ``action``, as a sentence; empty when they may."""
    if person.is_system:
        return "" if action in BY_SYSTEM else _("The system does not do this by itself.")
    if person.role is None:
        return _("You have no role at this desk. Ask the head of desk for one.")
    if person.role is Role.AUDITOR:
        return _("Auditors read everything and change nothing.")
    needed = NEEDED[action]
    if RANKS[person.role] < RANKS[needed]:
        return _("“%(action)s” needs the role “%(role)s” or above.") % {
            "action": _(action.label),
            "role": _(needed.label),
        }
    if person.is_author and action in NOT_BY_AN_AUTHOR:
        return _("You are an author of this claim, so somebody else has to read it.")
    if person.conflicts and action in NOT_BY_AN_AUTHOR:
        return _("You declared a conflict of interest (%(about)s), so somebody else has to read it.") % {
            "about": ", ".join(person.conflicts)
        }
    return ""


def may_read_desk(person: Person) -> bool:
    return person.role is not None


def may_set_risk(person: Person) -> bool:
    """Risk is set by an editor, since it decides how many people have to approve."""
    return person.role is not None and RANKS.get(person.role, 0) >= RANKS[Role.EDITOR]


def may_change_scales(person: Person) -> bool:
    return person.role is Role.CHIEF or person.is_system


def refusal_to_export(person: Person) -> str:
    """Why ``person`` may not take a ledger out of the desk; empty when they may.

    A copy with its salts still proves what an ordered erasure took away later.
    """
    if person.role in {Role.AUDITOR, Role.CHIEF}:
        return ""
    return _("Only auditors and the head of desk take the ledger out: a copy still proves what is erased here later.")


def refusal_to_speak_for(person: Person, *, is_self: bool) -> str:
    """Why ``person`` may not say that somebody is away or has a conflict of interest; empty when they may."""
    if is_self or RANKS.get(person.role or Role.AUDITOR, 0) >= RANKS[Role.EDITOR]:
        return ""
    return _("Everybody says this of themselves; of others an editor does.")


def why_no_reader(name: str, person: Person) -> str:
    """Why somebody cannot be asked to give a claim's second read, said to others; empty when they can."""
    if not refusal(Action.APPROVE, person):
        return ""
    if person.is_author and not refusal(Action.APPROVE, Person(role=person.role)):
        return _("%(name)s is an author of this claim, so somebody else has to read it.") % {"name": name}
    if person.conflicts and not refusal(Action.APPROVE, Person(role=person.role)):
        about = ", ".join(person.conflicts)
        sentence = _("%(name)s declared a conflict of interest (%(about)s), so somebody else has to read it.")
        return sentence % {"name": name, "about": about}
    return _("%(name)s has no role at this desk that approves.") % {"name": name}
