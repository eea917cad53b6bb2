"""The design's table of transitions and roles, written down once more, independently of `claims.rules`.

Tests compare the code with this, so nothing here may be derived from the code.
"""

from __future__ import annotations

from dataclasses import dataclass

from claims.vocabulary import Action, Role, Status

# action | from | to | who, and whether an author may not
_TRANSITIONS = """
accept    | inbox                                                              | research  | researcher
decline   | inbox research parked                                              | declined  | editor
link      | inbox research parked                                              | declined  | researcher
restore   | declined                                                           | inbox     | editor
park      | inbox research                                                     | parked    | researcher
wake      | parked                                                             | research  | editor
submit    | research                                                           | review    | researcher
send_back | review                                                             | research  | editor no-author
approve   | review                                                             | approved  | editor no-author
revise    | approved                                                           | review    | researcher
schedule  | approved                                                           | approved  | editor
publish   | approved                                                           | published | editor
reopen    | published retracted                                                | research  | editor
retract   | inbox research review approved published parked declined retracted | retracted | chief
"""

# The work that is no transition, and the least role that does it.
_WORK = """
mark     | researcher
edit     | researcher
assign   | researcher
comment  | researcher
resolve  | researcher
suggest  | researcher
take     | researcher
dismiss  | researcher
anchor   | researcher
withhold | editor
lift     | chief
erase    | chief
create   | researcher
change   | researcher
capture  | researcher
mend     | researcher
confirm  | researcher
appeared | researcher
split    | researcher
set_aside  | researcher
bring_back | researcher
merge    | editor
preserve | researcher
release  | editor
exclude  | researcher
ask      | researcher
reply    | researcher
hand_over  | editor
declare    | researcher
take_back  | researcher
away       | researcher
"""

_MAY_DO_THE_WORK_OF = {
    "researcher": {Role.RESEARCHER, Role.EDITOR, Role.CHIEF},
    "editor": {Role.EDITOR, Role.CHIEF},
    "chief": {Role.CHIEF},
}

BY_SYSTEM = {
    *(Action.WAKE, Action.REVISE, Action.PUBLISH),
    *(Action.CREATE, Action.CAPTURE, Action.ANCHOR, Action.REPLY),
}
"""What the system does by itself: wakes, revises and publishes what is due; takes in what a command is given; records
what was answered through a link."""

CONTENT_IS_EDITED_IN = {Status.INBOX, Status.RESEARCH, Status.APPROVED}


@dataclass(frozen=True)
class Row:
    """One action as the design has it; work that is no transition leads nowhere."""

    action: Action
    sources: frozenset[Status]
    target: Status | None
    roles: frozenset[Role]
    not_by_author: bool


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("|")]


def _transition(line: str) -> Row:
    action, sources, target, who = _cells(line)
    role, *no_author = who.split()
    return Row(
        action=Action(action),
        sources=frozenset(Status(source) for source in sources.split()),
        target=Status(target),
        roles=frozenset(_MAY_DO_THE_WORK_OF[role]),
        not_by_author=bool(no_author),
    )


def _work(line: str) -> Row:
    action, role = _cells(line)
    return Row(Action(action), frozenset(), None, frozenset(_MAY_DO_THE_WORK_OF[role]), not_by_author=False)


TRANSITIONS = {row.action: row for row in map(_transition, _TRANSITIONS.strip().splitlines())}
WORK = {row.action: row for row in map(_work, _WORK.strip().splitlines())}
EVERY_ACTION = TRANSITIONS | WORK
