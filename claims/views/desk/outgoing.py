"""What publishing a claim will change in public: read from the content that would be frozen, and from nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from claims import composition
from claims.forms.wording import in_language, language_name
from claims.language import canonical
from claims.models import Check, Claim, WithholdingScope
from claims.rules import gates
from claims.services import people, publication
from claims.views import reading
from claims.views.desk import changes
from claims.vocabulary import PublicationKind, Risk


@dataclass(frozen=True)
class Approved:
    """An approval: by whom, when, and whether it counts for what would be published now; else why it does not."""

    by: str
    at: Any
    counts: bool
    why_not: str


class Outgoing:
    """What would be published of ``claim`` if ``publisher`` did it now."""

    def __init__(self, claim: Claim, publisher: User) -> None:
        self.claim, self.publisher = claim, publisher
        self.check: Check | None = getattr(claim, "check_page", None)
        self.content = composition.compose(claim)
        self.content_hash = composition.content_hash(self.content)
        self.approved_by = people.approvers(claim, self.content_hash)
        self.needed = gates.approvals_needed(Risk(claim.risk))

    # Which version, and where it stands

    @property
    def number(self) -> int:
        return self._history[-1]["number"] + 1 if self._history else 1

    @property
    def kind(self) -> PublicationKind:
        return PublicationKind(self._release.get("kind") or PublicationKind.FIRST)

    @property
    def is_first(self) -> bool:
        return self.check is None

    @property
    def _history(self) -> Sequence[Mapping[str, Any]]:
        return self.check.history if self.check else []

    @property
    def _release(self) -> Mapping[str, Any]:
        release: Mapping[str, Any] = self.content.get("release") or {}
        return release

    @cached_property
    def addresses(self) -> list[dict[str, str]]:
        """The page in each language of the content: the address that it has, or would get."""
        slug = self.check.slug if self.check else publication.free_slug(self.content, self.claim)
        found = []
        for language in reading.languages(self.content):
            with translation.override(language):
                path = reverse("public:check", args=[slug])
            found.append({"language": language, "path": path, "url": f"{settings.SITE_URL}{path}"})
        return found

    # What stands on it

    @property
    def texts(self) -> list[dict[str, Any]]:
        """Each language that readers get: its headline, and what they read of the change."""
        notes = self._release.get("notes", {})
        return [
            {"language": language, "headline": text["headline"], "note": notes.get(language, "")}
            for language, text in self.content["texts"].items()
        ]

    @property
    def languages(self) -> str:
        return ", ".join(language_name(language) for language in self.content["texts"])

    @property
    def has_note(self) -> bool:
        return any(text["note"] for text in self.texts)

    @property
    def rating(self) -> str:
        return in_language((self.content["rating"] or {}).get("labels"))

    @cached_property
    def names(self) -> list[tuple[str, list[str]]]:
        """Who will stand there, and as what."""
        names = publication.names_on(self.claim, self.approved_by, publisher=self.publisher)
        found = [
            (_("Researched and written by"), names["writers"]),
            (_("Second read by"), names["reviewers"]),
            (_("Published by"), [names["publisher"]]),
        ]
        return [(label, people) for label, people in found if people]

    @property
    def evidence(self) -> list[Mapping[str, Any]]:
        items: list[Mapping[str, Any]] = self.content["evidence"]
        return items

    @property
    def files(self) -> list[Mapping[str, Any]]:
        """The evidence whose file readers may have."""
        return [item for item in self.evidence if (item.get("snapshot") or {}).get("publishable")]

    @property
    def files_kept_back(self) -> int:
        """How many files readers learn of, and do not get."""
        return sum("snapshot" in item for item in self.evidence) - len(self.files)

    @property
    def replies(self) -> list[str]:
        return [reply["addressee"] for reply in self.content.get("replies", [])]

    # What readers see of the change

    @property
    def notices(self) -> list[Mapping[str, Any]]:
        """What the page will open with, as the public page itself decides it."""
        line = {
            "number": self.number,
            "kind": self.kind.value,
            "published_at": canonical.moment(timezone.now()),
            "notes": self._release.get("notes", {}),
        }
        return reading.notices([*self._history, line], self.number)

    @property
    def is_minor(self) -> bool:
        return self.kind is PublicationKind.MINOR

    @property
    def lifts_withdrawal(self) -> bool:
        return bool(self.check and self.check.withdrawn)

    @property
    def live_number(self) -> int:
        return int(self._history[-1]["number"]) if self._history else 0

    @cached_property
    def differences(self) -> list[changes.Change]:
        """What differs from the version that readers have now, in words."""
        published = self.check.current.content_data if self.check and self.check.current else None
        return changes.since_version(published, self.content) if published else []

    @property
    def is_live_erased(self) -> bool:
        """Whether there is nothing left of the current version that could be compared."""
        return bool(self.check and self.check.current and self.check.current.content_data is None)

    @property
    def offline(self) -> list[str]:
        """What stays offline, since publishing lifts no withholding."""
        return [covered(item["scope"], item["number"], item["language"]) for item in self._withheld]

    @property
    def _withheld(self) -> Sequence[Mapping[str, Any]]:
        return self.check.withheld if self.check else []

    # What it rests on

    @cached_property
    def approvals(self) -> list[Approved]:
        authors = people.author_ids(self.claim)
        barred = {user_id for _claim, user_id in people.conflicts([self.claim])}

        def why_not(approval: Any) -> str:
            if approval.content_hash != self.content_hash:
                return _("of an earlier wording")
            if approval.by_id in authors:
                return _("an author by now")
            if approval.by_id in barred:
                return _("has declared a conflict of interest")
            return _("approves nothing any more")

        return [
            Approved(people.name_of(row.by), row.created_at, counts, "" if counts else why_not(row))
            for row, counts in publication.approvals(self.claim, self.content_hash)
        ]

    @property
    def is_approved(self) -> bool:
        return len(self.approved_by) >= self.needed


def covered(scope: str, number: int, language: str) -> str:
    """What is offline, in words."""
    if scope == WithholdingScope.VERSION:
        return _("Version %(number)s") % {"number": number}
    if scope == WithholdingScope.LANGUAGE:
        return _("Every version in %(language)s") % {"language": language_name(language)}
    return _(WithholdingScope.CHECK.label)
