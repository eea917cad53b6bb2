"""Requests for a reply: what can be corrected of them; what came back is to be read."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims.admin.base import Choice
from claims.admin.records import RecordAdmin
from claims.filters import RequestFilter
from claims.forms import wording
from claims.forms.asking import RequestForm
from claims.forms.edits import EditForm
from claims.forms.saving import History
from claims.models import ReplyRequest
from claims.services import asking, people
from claims.vocabulary import Channel


class StateFilter(Choice):
    title, parameter_name = gettext_lazy("State"), "state"

    def offered(self, request: HttpRequest) -> list[tuple[str, Any]]:
        return list(RequestFilter.STATES)

    def narrowed(self, queryset: QuerySet[ReplyRequest], value: str) -> QuerySet[ReplyRequest]:
        return RequestFilter({"state": value}, queryset, today=timezone.localdate()).qs


@admin.register(ReplyRequest)
class ReplyRequestAdmin(RecordAdmin):
    """Asked at the desk, where the claims are chosen; replies and links are made there too."""

    form_class = RequestForm
    adds = None
    why_not_added = gettext_lazy("Somebody is asked at the desk, where the claims are chosen.")
    change_form_template = "admin/desk/request.html"
    list_display = ("addressee_name", "way", "asked", "last_day", "claims", "replies")
    list_display_links = ("addressee_name",)
    list_filter = (StateFilter,)
    search_fields = ("addressee", "wording")
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReplyRequest]:
        counted = {"claim_count": Count("asked", distinct=True), "reply_count": Count("replies", distinct=True)}
        return super().get_queryset(request).select_related("speaker__merged_into").annotate(**counted)

    def write(self, request: HttpRequest, record: ReplyRequest, form: EditForm, later: History) -> ReplyRequest:
        return asking.edit_request(
            actor=request.user,
            request_id=record.pk,
            values=form.edits(later),
            opened_at=form.cleaned_data["opened_at"],
        )

    def page_context(self, request: HttpRequest, record: ReplyRequest, form: EditForm) -> dict[str, Any]:
        replies = record.replies.select_related("recorded_by")
        return {
            "asked": record.asked.select_related("claim"),
            "replies": [(reply, people.name_of(reply.recorded_by)) for reply in replies],
        }

    @admin.display(description=gettext_lazy("Who is asked"), ordering="addressee")
    def addressee_name(self, record: ReplyRequest) -> str:
        return record.addressee

    @admin.display(description=gettext_lazy("By which way"), ordering="channel")
    def way(self, record: ReplyRequest) -> str:
        return _(Channel(record.channel).label)

    @admin.display(description=gettext_lazy("Asked on"), ordering="asked_on")
    def asked(self, record: ReplyRequest) -> str:
        return wording.day(record.asked_on)

    @admin.display(description=gettext_lazy("May answer until"), ordering="until", empty_value="–")
    def last_day(self, record: ReplyRequest) -> str | None:
        return wording.day(record.until) if record.until else None

    @admin.display(description=gettext_lazy("Claims"), ordering="claim_count")
    def claims(self, record: ReplyRequest) -> int:
        return record.claim_count

    @admin.display(description=gettext_lazy("Replies"), ordering="reply_count")
    def replies(self, record: ReplyRequest) -> int:
        return record.reply_count
