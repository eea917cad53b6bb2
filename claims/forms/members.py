"""What is said of the desk's people: conflicts of interest, who is away, who is asked to read; and in which words."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims.filters import LARGEST_KEY, is_key
from claims.forms.edits import Day, Line, Prose
from claims.forms.records import RecordForm, StandingChoice
from claims.forms.wording import NAMES, day
from claims.models import Member, Source, Speaker
from claims.services import people
from claims.vocabulary import Role

REASON = 2000
SOURCES = 200
"""Sources to choose from, the newest; an older one is named by whoever leads here from it."""


def away_words(member: Member, today: date) -> str:
    """ "away until 3 May", also ahead of time; empty for whoever is here and stays."""
    if member.away_from is None or (member.away_until is not None and member.away_until < today):
        return ""
    dates = {"first": day(member.away_from), "last": day(member.away_until) if member.away_until else ""}
    if member.away_from <= today:
        return _("away until %(last)s") % dates if member.away_until else _("away until further notice")
    return _("away from %(first)s to %(last)s") % dates if member.away_until else _("away from %(first)s") % dates


def named(user: User, away: Member | None) -> str:
    """The name; of somebody who is away (``away`` is given) with until when."""
    name = people.name_of(user)
    if away is None:
        return name
    until = _("away until %(last)s") % {"last": day(away.away_until)} if away.away_until else _("away")
    return f"{name} ({until})"


def at_desk() -> Any:
    """Everybody active who has a role."""
    able = Q(groups__name__in=[role.value for role in Role]) | Q(is_superuser=True)
    everybody = User.objects.filter(able, is_active=True).exclude(username=people.SYSTEM_USERNAME).distinct()
    return everybody.order_by("last_name", "first_name", "username")


class _Person(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return people.name_of(obj)


class _Source(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        words = str(obj)
        return words if len(words) <= 120 else f"{words[:120].rstrip()}…"


class DeclareForm(forms.Form):
    """One conflict of interest. ``others``: whether one may declare for other people too."""

    user = _Person(queryset=User.objects.none(), label=gettext_lazy("Of whom"), empty_label=None)
    speaker = StandingChoice(
        Speaker, required=False, label=NAMES["speaker"], empty_label=gettext_lazy("about no speaker")
    )
    source = _Source(
        queryset=Source.objects.none(),
        required=False,
        label=NAMES["source"],
        empty_label=gettext_lazy("about no source"),
    )
    topic = Line(limit=100, label=NAMES["topic"], help_text=gettext_lazy("As it stands among the topics of claims."))
    reason = Prose(
        limit=REASON,
        rows=4,
        required=True,
        label=gettext_lazy("What the conflict of interest is"),
        help_text=gettext_lazy("For the desk alone; never published."),
    )

    def __init__(self, data: QueryDict | None = None, *, me: User, others: bool, initial: Mapping[str, Any]) -> None:
        super().__init__(data, initial={"user": me.pk, **initial})
        self.fields["user"].queryset = at_desk() if others else User.objects.filter(pk=me.pk)
        if not others:
            self.fields["user"].widget = forms.HiddenInput()
        self.fields["source"].queryset = self._sources()

    def _sources(self) -> Any:
        chosen = str(self.data.get("source", "") if self.is_bound else self.initial.get("source", ""))
        keys = set(Source.objects.order_by("-pk").values_list("pk", flat=True)[:SOURCES])
        keys |= {int(chosen)} if is_key(chosen) else set()
        return Source.objects.filter(pk__in=keys).order_by("publisher", "title", "pk")

    def values(self) -> dict[str, Any]:
        """What ``members.declare`` wants."""
        speaker, source = self.cleaned_data["speaker"], self.cleaned_data["source"]
        return {
            "user": self.cleaned_data["user"],
            "speaker_id": speaker.pk if speaker else None,
            "source_id": source.pk if source else None,
            "topic": self.cleaned_data["topic"],
            "reason": self.cleaned_data["reason"],
        }


class AwayForm(RecordForm):
    """From when to when somebody is away; over a member that may not be there yet, at revision 0 then."""

    opened_at = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    away_from = Day(help_text=gettext_lazy("The first day. Empty: not away."))
    away_until = Day(help_text=gettext_lazy("The last day. Empty: until further notice."))

    def __init__(self, data: QueryDict | None = None, *, record: Member) -> None:
        super().__init__(data, record=record)


class HandOverForm(forms.Form):
    """Who is asked to read; empty for whoever may. ``back``: the page to go on with, of the desk's own."""

    reader = forms.IntegerField(min_value=1, max_value=LARGEST_KEY, required=False)
    opened_at = forms.IntegerField(min_value=1, max_value=2**31 - 1)


class PseudonymiseForm(forms.Form):
    reason = Prose(
        limit=REASON,
        rows=3,
        required=True,
        label=NAMES["reason"],
        help_text=gettext_lazy("It stays in the ledger for ever, so it must not name the person."),
    )
    sure = forms.BooleanField(label=gettext_lazy("I know that this cannot be undone."))

    def values(self) -> dict[str, Any]:
        return {"reason": self.cleaned_data["reason"]}
