"""What all pages of the admin share: rights by the desk's rules, nothing deleted, and saving by one service call.

Django's own way of writing (``save_model`` and the like) is closed: a save is one call of a service, which makes
one ledger entry and one rise of the revision. The ledger is the history, so Django's own log is not kept beside it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.core.validators import MaxLengthValidator
from django.db.models import Model, QuerySet
from django.forms import BoundField
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from claims.admin import history
from claims.errors import DomainError
from claims.forms import saving
from claims.forms.edits import Dispute, EditForm
from claims.forms.wording import Wording
from claims.models import Aggregate
from claims.rules import permissions
from claims.services import people
from claims.services.ledger import as_plain
from claims.vocabulary import Action

ENTRIES_ON_A_PAGE = 50
SENTENCE = 300
"""Characters from which on a line of a form takes the page's whole width."""


@dataclass(frozen=True)
class Section:
    """A part of a form under its own heading; ``rows`` is a formset that belongs to it."""

    title: str | Promise
    form: EditForm
    names: list[str]
    note: str | Promise = ""
    is_open: bool = True
    language: str = ""
    rows: Any = None

    @property
    def fields(self) -> list[tuple[BoundField, bool]]:
        """The fields in their order, each with whether it wants the whole width."""
        bound = (self.form[name] for name in self.names if name in self.form.fields)
        return [(field, _is_wide(field)) for field in bound]

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to read here: places for something new, on a page that cannot be changed."""
        return all(field.field.disabled and not field.value() for field, _wide in self.fields)

    @property
    def is_shown_open(self) -> bool:
        """A part that needs another look is never folded away."""
        asked = any(name in self.form.disputes for name in self.names)
        return self.is_open or asked or any(field.errors for field, _wide in self.fields)


def _is_wide(field: BoundField) -> bool:
    """Prose, a row of boxes, and lines that hold a sentence."""
    widget = field.field.widget
    if isinstance(widget, forms.Textarea | forms.CheckboxSelectMultiple):
        return True
    limits = [one.limit_value for one in field.field.validators if isinstance(one, MaxLengthValidator)]
    return any(limit >= SENTENCE for limit in limits)


class Choice(admin.SimpleListFilter):
    """A filter with words of its own; a value that it does not offer narrows nothing."""

    def offered(self, request: HttpRequest) -> Iterable[tuple[str, Any]]:
        raise NotImplementedError

    def narrowed(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        raise NotImplementedError

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(self.offered(request))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if value is None or value not in {key for key, _words in self.lookup_choices}:
            return queryset
        return self.narrowed(queryset, value)


class DeskAdmin(admin.ModelAdmin):
    """Read by everybody at the desk; ``adds`` and ``changes`` name the actions that the rules ask about."""

    adds: Action | None = None
    changes: Action | None = None
    why_not_added: str | Promise = ""
    why_not_changed: str | Promise = ""
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # a count for each choice of each filter would cost a query each
    list_per_page = 50
    view_on_site = False

    class Media:
        css = {"all": ["claims/admin.css"]}

    # Rights

    def refusal_to_add(self, request: HttpRequest) -> str:
        """Why this person cannot add a record here; empty when they can."""
        return self._refusal(request, self.adds) if self.adds else str(self.why_not_added)

    def refusal_to_change(self, request: HttpRequest) -> str:
        """Why this person cannot change a record here; empty when they can."""
        return self._refusal(request, self.changes) if self.changes else str(self.why_not_changed)

    def _refusal(self, request: HttpRequest, action: Action) -> str:
        return permissions.refusal(action, people.person(request.user))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return permissions.may_read_desk(people.person(request.user))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return not self.refusal_to_add(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return not self.refusal_to_change(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> NoReturn:
        raise PermissionDenied(_("Nothing is deleted here: what was done stays in the ledger."))

    def _require(self, reason: str) -> None:
        if reason:
            raise PermissionDenied(reason)

    # What is asked of the list

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """The filters on the page and nothing else: columns are not there to be probed."""
        return lookup in {getattr(one, "parameter_name", None) for one in self.list_filter}

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """PostgreSQL cannot even compare with a NUL."""
        return super().get_search_results(request, queryset, search_term.replace("\x00", ""))

    # Django's own ways of writing are closed

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> NoReturn:
        raise NotImplementedError("Only services write.")

    def delete_model(self, request: HttpRequest, obj: Any) -> NoReturn:
        raise NotImplementedError("Nothing is deleted.")

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> NoReturn:
        raise NotImplementedError("Nothing is deleted.")


class ReadAdmin(DeskAdmin):
    """Records that are shown and not changed: ``told`` gives what a page says, as pairs of name and value."""

    change_form_template = "admin/desk/read.html"

    def told(self, record: Any) -> list[tuple[str, Any]]:
        raise NotImplementedError

    def title(self, record: Any) -> str:
        return str(record)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if object_id is None:
            self._require(self.refusal_to_add(request))
        if request.method not in ("GET", "HEAD"):
            self._require(self.refusal_to_change(request))
        record = self.get_object(request, unquote(object_id or ""))
        if record is None:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "title": self.title(record),
            "opts": self.opts,
            "told": [(name, _shown(value)) for name, value in self.told(record)],
            "original": record,
        }
        return TemplateResponse(request, self.change_form_template, context)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> NoReturn:
        raise Http404


class ServiceAdmin(DeskAdmin):
    """Aggregates: a form over the record, one save = one service call = one ledger entry, history from the ledger."""

    change_form_template = "admin/desk/form.html"
    object_history_template = "admin/desk/history.html"

    # What each kind of record says for itself

    def form_over(self, request: HttpRequest, record: Any, data: QueryDict | None = None) -> EditForm:
        """The form over ``record`` (None: over one that is yet to be made)."""
        raise NotImplementedError

    def form_like(self, posted: Any, request: HttpRequest, record: Any) -> EditForm:
        """The form with the fields of a posted one, over ``record`` as it stands now."""
        return self.form_over(request, record)

    def sections(self, request: HttpRequest, record: Any, form: Any) -> list[Section]:
        return [Section("", form, form.edited)]

    def create(self, request: HttpRequest, form: Any) -> Aggregate:
        raise NotImplementedError

    def write(self, request: HttpRequest, record: Any, form: Any, later: saving.History) -> Aggregate:
        raise NotImplementedError

    def title(self, record: Any) -> str:
        return str(record)

    def page_context(self, request: HttpRequest, record: Any, form: Any) -> dict[str, Any]:
        return {}

    # The page

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        record = None
        if object_id is None:
            self._require(self.refusal_to_add(request))
        else:
            record = self.get_object(request, unquote(object_id))
            if record is None:
                raise Http404
        if request.method != "POST":
            return self._page(request, record, self.form_over(request, record))
        if record is not None:
            self._require(self.refusal_to_change(request))
        return self._posted(request, record, self.form_over(request, record, request.POST))

    def _posted(self, request: HttpRequest, record: Any, form: EditForm) -> HttpResponse:
        def anew() -> EditForm:
            fresh = self.get_object(request, str(record.pk)) if record else None
            return self.form_like(form, request, fresh)

        if not form.is_valid():
            form.ask(anew(), [], {})
            return self._page(request, record, form, status=saving.UNUSABLE)
        opened_at = form.cleaned_data["opened_at"]
        later = saving.changes_since(record, opened_at) if record else saving.History()
        try:
            saved = self.write(request, record, form, later) if record else self.create(request, form)
        except DomainError as error:
            later = saving.changes_since(record, opened_at) if record else later
            status = saving.refused(form, error, anew=anew, later=later)
            return self._page(request, record, form, status=status)
        self.tell(request, record, saved, later)
        return self._onward(request, saved)

    def tell(self, request: HttpRequest, before: Any, saved: Any, later: saving.History) -> None:
        """Says on the next page what became of the form."""
        if before is not None and saved.revision == before.revision:
            messages.info(request, _("Nothing was changed, so nothing was saved."))
            return
        messages.success(request, _("Saved: %(name)s.") % {"name": self.title(saved)})
        sentence = saving.meanwhile(later, request.user.pk)
        if sentence:
            messages.info(request, sentence)

    def _onward(self, request: HttpRequest, saved: Aggregate) -> HttpResponse:
        if "_continue" in request.POST:
            target = reverse(f"admin:claims_{self.opts.model_name}_change", args=[saved.pk])
        elif "_addanother" in request.POST and self.has_add_permission(request):
            target = reverse(f"admin:claims_{self.opts.model_name}_add")
        else:
            target = reverse(f"admin:claims_{self.opts.model_name}_changelist")
        filters = {"preserved_filters": self.get_preserved_filters(request), "opts": self.opts}
        return HttpResponseRedirect(add_preserved_filters(filters, target))

    def _page(self, request: HttpRequest, record: Any, form: EditForm, *, status: int = 200) -> HttpResponse:
        if record is not None and not self.has_change_permission(request, record):
            lock(form)
        context = {
            **self.admin_site.each_context(request),
            "title": self.title(record) if record else _("Add %s") % self.opts.verbose_name,
            "form": form,
            "sections": self.sections(request, record, form),
            "disputes": _disputes(form),
            "original": record,
            "object_id": record.pk if record else None,
            "is_popup": False,
            "media": self.media + form.media,
            "errors": form.errors if form.is_bound else {},
            # What Django's template and tags ask for; the sections are shown by the desk's own.
            "adminform": helpers.AdminForm(form, [], {}, model_admin=self),
            "inline_admin_formsets": [],
            "preserved_filters": self.get_preserved_filters(request),
            **self.page_context(request, record, form),
        }
        response = self.render_change_form(request, context, add=record is None, change=record is not None, obj=record)
        response.status_code = status
        return response

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """From the ledger: who did what when, and what each field held before and after."""
        record = self.get_object(request, unquote(object_id))
        if record is None:
            raise Http404
        entries = record.ledger.select_related("actor", "on_behalf_of", "change").order_by("-sequence")
        page = Paginator(entries, ENTRIES_ON_A_PAGE).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("History: %(name)s") % {"name": self.title(record)},
            "opts": self.opts,
            "object": record,
            "page": page,
            "entries": history.told(page.object_list),
        }
        return TemplateResponse(request, self.object_history_template, context)


def _disputes(form: EditForm) -> list[tuple[Dispute, str]]:
    """What was written twice, each with this person's words; a dispute over rows has them in the form alone."""
    mine = {name: (form.path(name), as_plain(form.value(name))) for name in form.disputes if name in form.fields}
    wording = Wording(mine.values())
    return [(dispute, wording.of(*mine[name]) if name in mine else "") for name, dispute in form.disputes.items()]


def _shown(value: Any) -> Any:
    """A point in time as the desk's clock shows it; everything else as it is."""
    return date_format(localtime(value), "DATETIME_FORMAT") if isinstance(value, datetime) else value


def lock(form: Any) -> None:
    """Shows a form without letting it be changed."""
    rows = getattr(form, "quantities", ())
    for one in (form, *rows):
        for field in one.fields.values():
            field.disabled = True
