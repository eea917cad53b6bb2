"""Whether the databases answer: for a load balancer, and for the message of a command."""

from __future__ import annotations

from django.conf import settings
from django.db import Error, OperationalError, connections
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """`ok` when every database that a page is read from answers, else 503."""
    try:
        for alias in {"default", settings.PUBLIC_DATABASE}:
            with connections[alias].cursor() as cursor:
                cursor.execute("SELECT 1")
                cursor.fetchone()
    except Error:
        return HttpResponse("the database does not answer", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")


def silent_database() -> str | None:
    """One sentence about the first database that refuses a connection, or None."""
    for alias in connections:
        probe = connections[alias].copy()
        try:
            probe.ensure_connection()
        except OperationalError as error:
            name = "DATABASE_URL" if alias == "default" else "DATABASE_REPLICA_URL"
            reason = str(error).strip().splitlines()[-1].strip().rstrip(".")
            return f"the database in {name} does not answer ({reason})."
        finally:
            probe.close()
    return None
