"""The app: hooks that keep triggers, groups and shipped scales in place round every migration."""

from typing import Any

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class DeskAdminConfig(admin_apps.AdminConfig):
    """Django's admin with the desk's own door; see ``claims.admin.site``."""

    default = False  # this app's own configuration is the one below
    default_site = "claims.admin.site.DeskSite"

    def ready(self) -> None:
        super().ready()
        from claims.admin import registered  # noqa: F401 - registers with the site, which is made by now


class ClaimsConfig(AppConfig):
    name = "claims"
    verbose_name = _("Claims")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from claims import triggers  # models are loaded only now

        pre_migrate.connect(triggers.drop_before_migrating, sender=self)
        post_migrate.connect(triggers.make_after_migrating, sender=self)
        post_migrate.connect(make_ground, sender=self)


def make_ground(sender: AppConfig, using: str, **_kwargs: Any) -> None:
    """Groups, the system's own user and the shipped scales; doing it twice changes nothing."""
    from django.db import connections

    from claims.models import LedgerEntry
    from claims.services import people, records

    if using != "default" or LedgerEntry._meta.db_table not in connections[using].introspection.table_names():
        return
    people.make_groups()
    people.system_user()
    records.make_shipped_scales()
