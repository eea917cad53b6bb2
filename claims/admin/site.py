"""The admin's door: whoever has a role at the desk comes in, by the site's one login."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from claims.admin import history
from claims.forms import saving
from claims.models import LedgerEntry
from claims.rules import permissions
from claims.services import people

LAST_ENTRIES = 10


class DeskSite(admin.AdminSite):
    """The one admin site. Staff flags and model permissions count for nothing here; the desk's rules do."""

    site_title = _("Admin of the desk")
    site_header = _("Admin of the desk")
    index_title = _("What the desk keeps")
    index_template = "admin/desk/index.html"
    site_url = reverse_lazy("desk:home")
    enable_nav_sidebar = False

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.disable_action("delete_selected")

    def has_permission(self, request: HttpRequest) -> bool:
        return permissions.may_read_desk(people.person(request.user)) if request.user.is_authenticated else False

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:  # noqa: FBT001, FBT002 - Django's signature
        """As Django's; but whoever is logged in and has no role is told nothing, as at the desk.

        What somebody sends after their login has ended is shown to them again instead of being lost on the way.
        """
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.user.is_authenticated and not self.has_permission(request):
                raise Http404
            typed = saving.typed(request.POST)
            if typed and not request.user.is_authenticated:
                return render(request, "desk/logged_out.html", {"typed": typed}, status=401)
            return inner(request, *args, **kwargs)

        return guarded

    @method_decorator(never_cache)
    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        """There is one login; it judges by itself whether ``next`` may be followed."""
        if self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index", current_app=self.name))
        if request.user.is_authenticated:
            raise Http404
        return redirect_to_login(request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index", current_app=self.name))

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        """Beside the list of records stand the person's own last entries."""
        mine = LedgerEntry.objects.filter(actor=request.user).select_related("actor", "on_behalf_of")
        entries = mine.select_related(*history.ABOUT).order_by("-pk")[:LAST_ENTRIES]
        lines = [(entry, history.about(entry)) for entry in entries]
        return super().index(request, {"own_entries": lines, **(extra_context or {})})
