"""Pages that are to be fetched: as an article, or as the file that preserves a source."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from claims.models.aggregates import address_field, code_check, code_field
from claims.models.articles import Capture
from claims.models.evidence import Snapshot, Source
from claims.vocabulary import FetchState

_OPEN = [FetchState.WAITING.value, FetchState.RUNNING.value]
_NO_COPY = models.Q(capture__isnull=True, snapshot__isnull=True)
_ONE_COPY = models.Q(source__isnull=True, capture__isnull=False, snapshot__isnull=True) | models.Q(
    source__isnull=False, capture__isnull=True, snapshot__isnull=False
)


class Fetch(models.Model):
    """The wish to fetch a page, and how far it has come; its row is what the desk's page shows.

    Without ``source`` it becomes an article's ``capture``, with one a ``snapshot`` of that source.
    ``about`` is what the person knew of the article (title, language, published, outlet): it goes to intake with the
    bytes. One address is fetched once at a time, which makes the task's key. ``problem`` is an English sentence, for
    which the desk has words of its own by ``problem_code``. ``asked_at`` is when it was asked for last.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    url = address_field()
    about = models.JSONField(default=dict, blank=True)
    state = code_field(FetchState, default=FetchState.WAITING.value)
    attempts = models.PositiveSmallIntegerField(default=0)
    received = models.PositiveIntegerField(default=0, help_text=_("Bytes that have come so far."))
    problem = models.TextField(blank=True)
    problem_code = models.CharField(max_length=40, blank=True)
    result = models.JSONField(
        default=dict, blank=True, help_text=_("How far it came: each redirect, and what the copy turned out to be.")
    )
    source = models.ForeignKey(Source, on_delete=models.PROTECT, null=True, blank=True, related_name="fetches")
    capture = models.ForeignKey(Capture, on_delete=models.PROTECT, null=True, blank=True, related_name="fetches")
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, null=True, blank=True, related_name="fetches")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "fetches"
        constraints = [
            code_check("fetch_state_known", "state", FetchState),
            models.CheckConstraint(
                name="fetch_has_address",
                condition=~models.Q(url=""),
                violation_error_message=_("A page needs an address to be fetched from."),
            ),
            models.UniqueConstraint(
                fields=["url"],
                condition=models.Q(state__in=_OPEN, source__isnull=True),
                name="fetch_of_an_address_once_at_a_time",
                violation_error_message=_("This address is being fetched already."),
            ),
            models.UniqueConstraint(
                fields=["source", "url"],
                condition=models.Q(state__in=_OPEN, source__isnull=False),
                name="fetch_for_a_source_once_at_a_time",
                violation_error_message=_("This address is being fetched already."),
            ),
            models.CheckConstraint(
                name="fetch_ends_with_a_copy_or_a_problem",
                condition=models.Q(_ONE_COPY, state=FetchState.DONE.value, problem="")
                | models.Q(_NO_COPY, state=FetchState.FAILED.value) & ~models.Q(problem="")
                | models.Q(_NO_COPY, state__in=_OPEN),
                violation_error_message=_("A fetch ends with a copy, or it says what went wrong."),
            ),
        ]

    def __str__(self) -> str:
        return self.url
