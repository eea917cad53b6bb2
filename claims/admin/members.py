"""The people of the second read: when they are away. Conflicts of interest are declared and ended at the desk."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Model, Q, QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims.admin.base import ServiceAdmin
from claims.forms.edits import EditForm
from claims.forms.members import AwayForm, away_words
from claims.forms.saving import History
from claims.models import Member
from claims.rules import permissions
from claims.services import members, people
from claims.vocabulary import Action


@admin.register(Member)
class MemberAdmin(ServiceAdmin):
    """Those of whom something was said; who may say it of whom is the desk's own rule."""

    adds = None
    changes = Action.AWAY
    why_not_added = gettext_lazy("What is said of people begins at the desk.")
    change_form_template = "admin/desk/member.html"
    list_display = ("name", "away", "conflicts", "at_desk")
    list_display_links = ("name",)
    search_fields = ("user__username", "user__first_name", "user__last_name")
    ordering = ("pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Member]:
        number = Count("conflicts", filter=Q(conflicts__ended_at=None))
        return super().get_queryset(request).select_related("user").annotate(conflict_count=number)

    def title(self, record: Member) -> str:
        return people.name_of(record.user)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        if not super().has_change_permission(request, obj):
            return False
        return not isinstance(obj, Member) or not self._why_not(request, obj)

    def _why_not(self, request: HttpRequest, member: Member) -> str:
        person = people.person(request.user)
        return permissions.refusal_to_speak_for(person, is_self=member.user_id == request.user.pk)

    def form_over(self, request: HttpRequest, record: Any, data: QueryDict | None = None) -> EditForm:
        return AwayForm(data, record=record)

    def write(self, request: HttpRequest, record: Member, form: EditForm, later: History) -> Member:
        values = form.edits(later)
        dates = {name: values.get(name, getattr(record, name)) for name in ("away_from", "away_until")}
        saved = members.set_away(
            actor=request.user, user=record.user, opened_at=form.cleaned_data["opened_at"], **dates
        )
        return saved or record

    def page_context(self, request: HttpRequest, record: Member, form: EditForm) -> dict[str, Any]:
        conflicts = record.conflicts.select_related("speaker__merged_into", "source")
        return {
            "conflicts": [(conflict, people.thing(conflict)[1]) for conflict in conflicts],
            "why_not": self._why_not(request, record),
        }

    @admin.display(description=gettext_lazy("Name"), ordering="user__last_name")
    def name(self, record: Member) -> str:
        return people.name_of(record.user)

    @admin.display(description=gettext_lazy("Away"), ordering="away_from", empty_value="–")
    def away(self, record: Member) -> str | None:
        return away_words(record, timezone.localdate()) or None

    @admin.display(description=gettext_lazy("Conflicts of interest"), ordering="conflict_count")
    def conflicts(self, record: Member) -> int:
        return record.conflict_count

    @admin.display(description=gettext_lazy("At the desk"))
    def at_desk(self, record: Member) -> str:
        return format_html('<a href="{}">{}</a>', reverse("desk:person", args=[record.user_id]), _("Open"))
