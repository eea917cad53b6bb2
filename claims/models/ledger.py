"""Who did what to which aggregate when: one chain of entries per aggregate."""

import json
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from claims.models.aggregates import Aggregate, code_field
from claims.models.articles import Article, Outlet, Speaker
from claims.models.claims import Claim
from claims.models.evidence import Source
from claims.models.members import Member
from claims.models.publications import SideRow
from claims.models.replies import ReplyRequest
from claims.models.verdicts import RatingScale
from claims.vocabulary import Action

AGGREGATES: dict[str, type[Aggregate]] = {
    "claim": Claim,
    "article": Article,
    "outlet": Outlet,
    "source": Source,
    "speaker": Speaker,
    "rating_scale": RatingScale,
    "reply_request": ReplyRequest,
    "member": Member,
}
"""Column of the ledger -> the aggregate it points to."""


def _exactly_one() -> models.Q:
    condition = models.Q()
    for name in AGGREGATES:
        others = {f"{other}__isnull": True for other in AGGREGATES if other != name}
        condition |= models.Q(**{f"{name}__isnull": False}, **others)
    return condition


def _chain(name: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(
        fields=[name, "sequence"],
        condition=models.Q(**{f"{name}__isnull": False}),
        name=f"ledger_{name}_sequence_once",
        violation_error_message=_("The ledger already has an entry with this number."),
    )


class LedgerEntry(models.Model):
    """One action on one aggregate: sequence = the aggregate's revision. Immutable.

    ``text`` is the exact canonical text that ``hash`` was made of; the other columns repeat what it says. What was
    changed lies in a side row, of which the text holds a salted hash.
    ``authored`` marks an entry that wrote words which a publication may come to hold, even where they were still
    incomplete then: whoever wrote them is an author too.
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, null=True, related_name="ledger")
    article = models.ForeignKey(Article, on_delete=models.PROTECT, null=True, related_name="ledger")
    outlet = models.ForeignKey(Outlet, on_delete=models.PROTECT, null=True, related_name="ledger")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, null=True, related_name="ledger")
    speaker = models.ForeignKey(Speaker, on_delete=models.PROTECT, null=True, related_name="ledger")
    rating_scale = models.ForeignKey(RatingScale, on_delete=models.PROTECT, null=True, related_name="ledger")
    reply_request = models.ForeignKey(ReplyRequest, on_delete=models.PROTECT, null=True, related_name="ledger")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="ledger")
    sequence = models.PositiveIntegerField()
    action = code_field(Action)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="ledger_entries")
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    change_set = models.UUIDField()
    changed_content = models.BooleanField()
    authored = models.BooleanField()
    at = models.DateTimeField()
    text = models.TextField()
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "ledger entries"
        indexes = [models.Index(fields=["change_set"], name="ledger_by_change_set")]  # what one action did elsewhere
        constraints = [
            models.CheckConstraint(
                name="ledger_one_aggregate",
                condition=_exactly_one(),
                violation_error_message=_("A ledger entry is about exactly one thing."),
            ),
            *[_chain(name) for name in AGGREGATES],
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action}"

    @property
    def aggregate_name(self) -> str:
        return next(name for name in AGGREGATES if getattr(self, f"{name}_id") is not None)

    @property
    def aggregate(self) -> Aggregate:
        aggregate: Aggregate = getattr(self, self.aggregate_name)
        return aggregate

    @property
    def data(self) -> dict[str, Any]:
        return dict(json.loads(self.text))


class LedgerChange(SideRow):
    """What an entry changed: ``fields`` maps a path to [before, after], ``facts`` holds reasons and the like."""

    entry = models.OneToOneField(LedgerEntry, on_delete=models.PROTECT, related_name="change", primary_key=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="change_emptied_only_by_erasure",
                condition=models.Q(text="", salt="", erased_by__isnull=False)
                | ~models.Q(text="") & ~models.Q(salt="") & models.Q(erased_by__isnull=True),
                violation_error_message=_("A change can be emptied only by an erasure."),
            ),
        ]
