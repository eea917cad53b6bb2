"""What can go wrong in the domain, each with a sentence that an editor can read.

A domain error is for a wrong state; for a wrong person services raise Django's ``PermissionDenied``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


class DomainError(Exception):
    """Base of all refusals; ``str(error)`` is the sentence to show."""


class IllegalTransition(DomainError):
    """The action does not exist in the claim's status, or what it needs does not hold."""


class NotEditable(DomainError):
    """Content may not be edited in this status."""


class Refused(DomainError):
    """The input cannot be accepted; ``field`` names the place where it was typed, if there is one."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class Unreadable(DomainError):
    """No article can be read from what came in; ``code`` says why in one word, for tests and translators."""

    def __init__(self, message: str, *, code: str) -> None:
        super().__init__(message)
        self.code = code


class Unfetchable(DomainError):
    """No page came from an address; ``code`` says why in one word. ``url`` is the address that it is about."""

    def __init__(self, message: str, *, code: str, url: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.url = url
        self.hops: Sequence[Any] = ()
        """Which addresses answered before, and with what (``claims.services.fetching.Hop``)."""


class Unanswerable(DomainError):
    """Nobody can answer through this link; ``code`` says why in one word: unknown, used, late."""

    def __init__(self, message: str, *, code: str) -> None:
        super().__init__(message)
        self.code = code


class GatesClosed(DomainError):
    """Something is still missing; ``missing`` holds one sentence for each gap, in the order of the page."""

    def __init__(self, message: str, missing: Sequence[str]) -> None:
        super().__init__(message)
        self.missing = list(missing)


@dataclass(frozen=True)
class Clash:
    """One field that two people wrote: what it was, what it is by now, and what was typed."""

    path: str
    base: Any
    theirs: Any
    mine: Any


class Conflict(DomainError):
    """Somebody wrote the same field since the form was opened; nothing was saved."""

    def __init__(self, message: str, clashes: Sequence[Clash], *, revision: int) -> None:
        super().__init__(message)
        self.clashes = list(clashes)
        self.revision = revision


class ContentChanged(DomainError):
    """What was shown is not what is there now; ``parts`` names the parts that differ."""

    def __init__(self, message: str, parts: Sequence[str]) -> None:
        super().__init__(message)
        self.parts = list(parts)


class NotApproved(DomainError):
    """There is no valid approval of what would be published; the claim went back to the second read."""


class Busy(DomainError):
    """The database did not give way in time; the same call may go through a moment later."""


class NotCanonical(DomainError, ValueError):
    """A value that canonical text cannot hold: a float, a NUL, a lone surrogate, a naive date."""


class StoryError(DomainError):
    """A file of a story that does not fit: names the file and the key."""

    def __init__(self, file: str, key: str, problem: str) -> None:
        super().__init__(f"{file}: {key}: {problem}" if key else f"{file}: {problem}")
        self.file = file
        self.key = key
