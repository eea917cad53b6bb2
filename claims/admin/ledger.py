"""What services alone write: the ledger, checks with their publications, and what was taken offline. To be read."""

import json
from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims.admin import history
from claims.admin.base import Choice, ReadAdmin
from claims.admin.names import NAMES
from claims.forms import wording
from claims.forms.wording import action_name, language_name
from claims.models import AGGREGATES, Check, LedgerEntry, Publication, Withholding, WithholdingScope
from claims.services import people
from claims.vocabulary import Action, PublicationKind, Question, WithholdingReason

WRITTEN_BY_SERVICES = gettext_lazy("This is written by what people do at the desk, and never by hand.")


class WrittenAdmin(ReadAdmin):
    why_not_added = WRITTEN_BY_SERVICES
    why_not_changed = WRITTEN_BY_SERVICES


class AboutFilter(Choice):
    title, parameter_name = gettext_lazy("About"), "about"

    def offered(self, request: HttpRequest) -> Iterable[tuple[str, Any]]:
        return [(name, capfirst(NAMES[model][0])) for name, model in AGGREGATES.items()]

    def narrowed(self, queryset: QuerySet[LedgerEntry], value: str) -> QuerySet[LedgerEntry]:
        return queryset.filter(**{f"{value}__isnull": False})


class ActionFilter(Choice):
    title, parameter_name = gettext_lazy("Action"), "did"

    def offered(self, request: HttpRequest) -> Iterable[tuple[str, Any]]:
        return sorted(
            ((action.value, action_name(action, {})) for action in Action), key=lambda pair: pair[1].casefold()
        )

    def narrowed(self, queryset: QuerySet[LedgerEntry], value: str) -> QuerySet[LedgerEntry]:
        return queryset.filter(action=value)


class ActorFilter(Choice):
    title, parameter_name = gettext_lazy("Who"), "who"

    def offered(self, request: HttpRequest) -> Iterable[tuple[str, Any]]:
        actors = User.objects.filter(Exists(LedgerEntry.objects.filter(actor=OuterRef("pk"))))
        named = [(str(actor.pk), people.name_of(actor)) for actor in actors]
        return sorted(named, key=lambda pair: pair[1].casefold())

    def narrowed(self, queryset: QuerySet[LedgerEntry], value: str) -> QuerySet[LedgerEntry]:
        return queryset.filter(actor=value)


@admin.register(LedgerEntry)
class LedgerEntryAdmin(WrittenAdmin):
    change_form_template = "admin/desk/entry.html"
    list_display = ("at_time", "what", "about", "sequence_number", "who", "content")
    list_display_links = ("at_time", "what")
    list_filter = (AboutFilter, ActionFilter, ActorFilter)
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[LedgerEntry]:
        return super().get_queryset(request).select_related("actor", "on_behalf_of", "change", *history.ABOUT)

    @admin.display(description=gettext_lazy("When"), ordering="pk")
    def at_time(self, entry: LedgerEntry) -> Any:
        return entry.at

    @admin.display(description=gettext_lazy("Action"), ordering="action")
    def what(self, entry: LedgerEntry) -> str:
        return history.action_word(entry)

    @admin.display(description=gettext_lazy("About"))
    def about(self, entry: LedgerEntry) -> SafeString:
        name, address = history.about(entry)
        return format_html('<a href="{}">{}</a>', address, name)

    @admin.display(description=gettext_lazy("Number"), ordering="sequence")
    def sequence_number(self, entry: LedgerEntry) -> int:
        return entry.sequence

    @admin.display(description=gettext_lazy("Who"), ordering="actor")
    def who(self, entry: LedgerEntry) -> str:
        name = people.name_of(entry.actor)
        if entry.on_behalf_of is None:
            return name
        return _("%(name)s for %(other)s") % {"name": name, "other": people.name_of(entry.on_behalf_of)}

    @admin.display(description=gettext_lazy("Changed content"), ordering="changed_content", empty_value="")
    def content(self, entry: LedgerEntry) -> str:
        return _("yes") if entry.changed_content else ""

    def title(self, record: LedgerEntry) -> str:
        name, _address = history.about(record)
        words = {"name": name, "number": record.sequence, "action": history.action_word(record)}
        return _("%(name)s, entry %(number)s: %(action)s") % words

    def told(self, record: LedgerEntry) -> list[tuple[str, Any]]:
        same = LedgerEntry.objects.filter(change_set=record.change_set).exclude(pk=record.pk)
        others = [history.about(entry)[0] for entry in same.select_related(*history.ABOUT)]
        return [
            (_("About"), self.about(record)),
            (_("Did elsewhere in the same step"), ", ".join(others)),
            (_("Change set"), record.change_set),
            (_("Hash"), record.hash),
            (_("Hash of the entry before"), record.previous_hash),
            (_("The text that was hashed"), record.text),
        ]

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        response = super().changeform_view(request, *args, **kwargs)
        response.context_data["entry"] = history.told([response.context_data["original"]])[0]
        return response


@admin.register(Check)
class CheckAdmin(WrittenAdmin):
    list_display = ("address", "state", "rating", "versions", "published")
    search_fields = ("slug", "search_text")
    ordering = ("-last_published_at", "-pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Check]:
        return super().get_queryset(request).select_related("claim").defer("bodies")

    @admin.display(description=gettext_lazy("Address"), ordering="slug")
    def address(self, check: Check) -> str:
        return check.slug

    @admin.display(description=gettext_lazy("State"))
    def state(self, check: Check) -> str:
        if any(item["scope"] == WithholdingScope.CHECK for item in check.withheld):
            return _("Offline")
        if check.withdrawn:
            return _("Withdrawn")
        return _("In part offline") if check.withheld else _("Live")

    @admin.display(description=gettext_lazy("Rating"), ordering="rating_code", empty_value="–")
    def rating(self, check: Check) -> str:
        return check.rating_code

    @admin.display(description=gettext_lazy("Versions"))
    def versions(self, check: Check) -> int:
        return len(check.history)

    @admin.display(description=gettext_lazy("Published"), ordering="last_published_at")
    def published(self, check: Check) -> Any:
        return check.last_published_at

    def told(self, record: Check) -> list[tuple[str, Any]]:
        claim = reverse("admin:claims_claim_change", args=[record.claim_id])
        publications = reverse("admin:claims_publication_changelist")
        return [
            (_("Public page"), format_html('<a href="{0}">{0}</a>', record.get_absolute_url())),
            (_("Claim"), format_html('<a href="{}">{}</a>', claim, record.claim_id)),
            (_("State"), self.state(record)),
            (_("Question"), _(Question(record.question).label) if record.question else ""),
            (_("Rating"), record.rating_code),
            (_("Speaker"), record.speaker_name),
            (_("Topics"), ", ".join(record.topics.strip("|").split("|"))),
            (_("Languages"), ", ".join(language_name(code) for code in record.languages.strip("|").split("|") if code)),
            (_("First published"), record.first_published_at),
            (_("Last published"), record.last_published_at),
            (_("Versions"), format_html('<a href="{}?check={}">{}</a>', publications, record.pk, len(record.history))),
        ]


class CheckFilter(admin.SimpleListFilter):
    """The versions of one check, as its page links to them; not shown as a list, which would be endless."""

    title, parameter_name = gettext_lazy("Check"), "check"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(self.value(), self.value())] if self.value() else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Publication]) -> QuerySet[Publication]:
        value = self.value() or ""
        return queryset.filter(check_page=value) if value.isascii() and value.isdigit() else queryset


@admin.register(Publication)
class PublicationAdmin(WrittenAdmin):
    list_display = ("address", "version", "kind_word", "published")
    list_filter = (CheckFilter,)
    search_fields = ("check_page__slug",)
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Publication]:
        return super().get_queryset(request).select_related("check_page", "content", "names")

    @admin.display(description=gettext_lazy("Check"), ordering="check_page__slug")
    def address(self, publication: Publication) -> str:
        return publication.check_page.slug

    @admin.display(description=gettext_lazy("Version"), ordering="number")
    def version(self, publication: Publication) -> int:
        return publication.number

    @admin.display(description=gettext_lazy("Kind"), ordering="kind")
    def kind_word(self, publication: Publication) -> str:
        return _(PublicationKind(publication.kind).label)

    @admin.display(description=gettext_lazy("Published"), ordering="published_at")
    def published(self, publication: Publication) -> Any:
        return publication.published_at

    def told(self, record: Publication) -> list[tuple[str, Any]]:
        check = reverse("admin:claims_check_change", args=[record.check_page_id])
        entry = reverse("admin:claims_ledgerentry_change", args=[record.entry_id])
        names = record.names_data
        return [
            (_("Check"), format_html('<a href="{}">{}</a>', check, record.check_page.slug)),
            (_("Version"), record.number),
            (_("Kind"), self.kind_word(record)),
            (_("Published"), record.published_at),
            (_("Writers"), ", ".join(names["writers"]) if names else _("erased")),
            (_("Readers"), ", ".join(names["reviewers"]) if names else _("erased")),
            (_("Published by"), names["publisher"] if names else _("erased")),
            (_("Ledger entry"), format_html('<a href="{}">{}</a>', entry, record.entry_id)),
            (_("Hash"), record.hash),
            (_("Envelope"), record.envelope),
            (_("Content"), _indented(record.content_data)),
        ]


def _indented(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) if content is not None else _("erased")


@admin.register(Withholding)
class WithholdingAdmin(WrittenAdmin):
    list_display = ("address", "meant", "reason_word", "since", "until")
    search_fields = ("check_page__slug",)
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Withholding]:
        return super().get_queryset(request).select_related("check_page", "by", "lifted_by")

    @admin.display(description=gettext_lazy("Check"), ordering="check_page__slug")
    def address(self, withholding: Withholding) -> str:
        return withholding.check_page.slug

    @admin.display(description=gettext_lazy("What was meant"))
    def meant(self, withholding: Withholding) -> str:
        if withholding.number:
            return _("version %(number)s") % {"number": withholding.number}
        return language_name(withholding.language) if withholding.language else _(WithholdingScope.CHECK.label)

    @admin.display(description=gettext_lazy("Reason"), ordering="reason")
    def reason_word(self, withholding: Withholding) -> str:
        return _(WithholdingReason(withholding.reason).label)

    @admin.display(description=gettext_lazy("Offline since"), ordering="withheld_at")
    def since(self, withholding: Withholding) -> Any:
        return withholding.withheld_at

    @admin.display(description=gettext_lazy("Online again"), ordering="lifted_at", empty_value="–")
    def until(self, withholding: Withholding) -> Any:
        return withholding.lifted_at

    def title(self, record: Withholding) -> str:
        return f"{record.check_page.slug}: {self.meant(record)}"

    def told(self, record: Withholding) -> list[tuple[str, Any]]:
        check = reverse("admin:claims_check_change", args=[record.check_page_id])
        return [
            (_("Check"), format_html('<a href="{}">{}</a>', check, record.check_page.slug)),
            (_("What was meant"), self.meant(record)),
            (_("Reason"), self.reason_word(record)),
            (_("Public reason"), wording.in_language(record.note)),
            (_("Taken offline by"), people.name_of(record.by)),
            (_("Offline since"), record.withheld_at),
            (_("Put back online by"), people.name_of(record.lifted_by) if record.lifted_by else ""),
            (_("Online again"), record.lifted_at),
        ]
