"""Requests for a reply: who is asked what, what comes back, and what of it readers get."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims.forms.edits import Day, EditForm, LanguageTag, Line, Prose, choices
from claims.forms.records import RecordForm, StandingChoice
from claims.forms.wording import NAMES
from claims.models import Asked, Claim, ReplyRequest, Speaker
from claims.services.asking import LONGEST, LONGEST_LINK
from claims.vocabulary import Channel

WEEK = timedelta(days=7)
TWO_WEEKS = 14
ROOM = 10 * LONGEST
"""What a form hands on, so that the service says how long it is and nothing that was typed is lost."""


class RequestForm(RecordForm):
    """Who is asked, what, how and until when."""

    addressee = Line(
        limit=200, required=True, help_text=gettext_lazy("As readers may see it, such as “Baidu, press office”.")
    )
    speaker = StandingChoice(
        Speaker,
        required=False,
        label=gettext_lazy("Who that is"),
        empty_label=gettext_lazy("nobody the desk has a record of"),
        help_text=gettext_lazy("The claimant counts as asked when this is the speaker of the claim."),
    )
    contact = Line(
        limit=300, help_text=gettext_lazy("An address or a number, so that one can ask again. Never published.")
    )
    channel = forms.ChoiceField()
    language = LanguageTag(
        required=True, help_text=gettext_lazy("Of the wording, and of the page on which they may answer: en or de.")
    )
    wording = Prose(
        limit=ROOM,
        rows=8,
        required=True,
        help_text=gettext_lazy("What was asked, word for word. Who answers through the link reads it there."),
    )
    asked_on = Day()
    until = Day(help_text=gettext_lazy("The last day on which they may answer."))

    def __init__(self, data: QueryDict | None = None, *, record: ReplyRequest) -> None:
        super().__init__(data, record=record)
        self.fields["channel"].choices = choices(Channel)
        self.fields["asked_on"].required = True
        self.fields["speaker"].held = record.speaker


class AskForm(RequestForm):
    """A new request, and what it is about: some of the claims in ``offered``, with their words."""

    def __init__(
        self, data: QueryDict | None = None, *, offered: Sequence[tuple[int, str]], initial: dict[str, Any]
    ) -> None:
        super().__init__(data, record=ReplyRequest())
        today = timezone.localdate()
        self.initial.update({"asked_on": today, "until": today + WEEK, **initial})
        self.fields["claims"] = forms.TypedMultipleChoiceField(
            choices=offered, coerce=int, widget=forms.CheckboxSelectMultiple, label=_("Claims")
        )
        self.order_fields(["opened_at", "claims"])


class MoreClaimsForm(forms.Form):
    """Which further claims they are asked about."""

    def __init__(self, data: QueryDict | None = None, *, offered: Sequence[tuple[int, str]]) -> None:
        super().__init__(data)
        self.fields["claims"] = forms.TypedMultipleChoiceField(
            choices=offered, coerce=int, widget=forms.CheckboxSelectMultiple, label=_("Further claims"), required=False
        )


class ReplyForm(forms.Form):
    """What came back."""

    words = Prose(
        limit=ROOM,
        rows=10,
        required=True,
        label=gettext_lazy("The reply"),
        help_text=gettext_lazy("All of it, word for word. It is never changed; a second letter is a second reply."),
    )
    received_on = Day(label=NAMES["received_on"])

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"received_on": timezone.localdate()})
        self.fields["received_on"].required = True


class LinkForm(forms.Form):
    """For how long a link can be used."""

    days = forms.IntegerField(min_value=1, max_value=LONGEST_LINK.days, label=gettext_lazy("Days until it ends"))

    def __init__(self, data: QueryDict | None = None, *, request: ReplyRequest) -> None:
        left = (request.until - timezone.localdate()).days + 1 if request.until else TWO_WEEKS
        super().__init__(data, initial={"days": min(max(left, 1), LONGEST_LINK.days)})


class IncludeForm(EditForm):
    """What of a reply readers get. Without words it says that they were asked and did not answer."""

    included = forms.BooleanField(required=False)
    words = Prose(
        limit=ROOM,
        rows=6,
        help_text=gettext_lazy("Copied from the reply: a passage or all of it. Left empty: “did not answer”."),
    )

    def __init__(self, data: QueryDict | None = None, *, claim: Claim, asked: Asked) -> None:
        self.asked = asked
        super().__init__(data, claim=claim, initial={"included": asked.included, "words": asked.words})

    def path(self, name: str) -> str:
        return f"replies.{self.asked.request.uuid}.{name}"


class AnswerForm(forms.Form):
    """What an addressee writes through the link. ``form`` is signed, see ``views.answer``."""

    words = Prose(limit=ROOM, rows=12, required=True, label=gettext_lazy("Your reply"))
