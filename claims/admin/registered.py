"""Everything that stands in the admin; importing it registers it. Done by ``claims.apps`` once the site is made."""

from django.contrib import admin
from django_tasks_db.models import DBTaskResult

from claims.admin import claims, ledger, members, names, people, records, requests

__all__ = ["claims", "ledger", "members", "people", "records", "requests"]

# The queue of background tasks is machinery: what it works on has pages at the desk.
admin.site.unregister(DBTaskResult)

names.name_models()
