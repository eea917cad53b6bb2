"""People: the head of desk makes accounts and gives roles. Nobody is deleted, since the ledger names its actors."""

from typing import Any, NoReturn

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims.services import people
from claims.vocabulary import Role


class _Roles(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return _(Role(obj.name).label)


class PeopleAdmin(UserAdmin):
    """Django's page for users without what the desk's rules do not know: staff flags and model permissions."""

    list_display = ("username", "full_name", "role", "is_active", "last_login")
    list_filter = ("is_active",)
    filter_horizontal = ()
    show_full_result_count = False
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (gettext_lazy("Name"), {"fields": ("first_name", "last_name", "email")}),
        (gettext_lazy("Role"), {"fields": ("is_active", "groups")}),
    )

    def _is_chief(self, request: HttpRequest) -> bool:
        return people.role_of(request.user) is Role.CHIEF

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return people.role_of(request.user) in (Role.CHIEF, Role.AUDITOR)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._is_chief(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """The system's own account is nobody's to change, since it acts and cannot log in; nor that of who has left."""
        is_fixed = isinstance(obj, User) and (obj.username == people.SYSTEM_USERNAME or people.is_former(obj))
        return self._is_chief(request) and not is_fixed

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> NoReturn:
        raise PermissionDenied(_("Nobody is deleted, since the ledger names its actors. Take the account out of use."))

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """The filter on the page and nothing else: password hashes are not there to be probed."""
        return lookup == "is_active__exact"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[User], search_term: str
    ) -> tuple[QuerySet[User], bool]:
        return super().get_search_results(request, queryset, search_term.replace("\x00", ""))

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Whoever may only read is not shown how the password is kept."""
        if obj is None or self.has_change_permission(request, obj):
            return super().get_fieldsets(request, obj)
        return ((None, {"fields": ("username", "first_name", "last_name", "email", "is_active", "role")}),)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        return () if obj is None or self.has_change_permission(request, obj) else ("role",)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name != "groups":
            return super().formfield_for_manytomany(db_field, request, **kwargs)
        roles = Group.objects.filter(name__in=[role.value for role in Role])
        help_text = _("The highest role counts. Without one a person sees nothing of the desk.")
        return _Roles(roles, widget=forms.CheckboxSelectMultiple, required=False, label=_("Role"), help_text=help_text)

    @admin.display(description=gettext_lazy("Name"), ordering="last_name", empty_value="–")
    def full_name(self, user: User) -> str:
        return people.name_of(user) if people.is_former(user) else user.get_full_name()

    @admin.display(description=gettext_lazy("Role"), empty_value="–")
    def role(self, user: User) -> str | None:
        role = people.role_of(user)
        return _(role.label) if role else None


admin.site.unregister(User)
admin.site.unregister(Group)
admin.site.register(User, PeopleAdmin)
