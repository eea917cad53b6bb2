"""Sources, and what of them a claim rests on."""

from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from claims.language import files
from claims.models.aggregates import (
    Aggregate,
    address_field,
    code_check,
    code_field,
    language_field,
    partial_date_field,
)
from claims.models.claims import Claim
from claims.vocabulary import Origin, Question, SourceKind, Stance


class Source(Aggregate):
    """A document that evidence can cite. A confidential one stands here under a pseudonym."""

    publisher = models.CharField(max_length=200, blank=True)
    title = models.CharField(max_length=500)
    url = address_field()
    published = partial_date_field()
    kind = code_field(SourceKind, default=SourceKind.SECONDARY.value)
    language = language_field(blank=True)
    interest = models.CharField(
        max_length=500, blank=True, help_text=_("The publisher's interest in the matter, shown to readers.")
    )
    confidential = models.BooleanField(
        default=False, help_text=_("Publisher and title are a pseudonym and what may be said.")
    )
    derives_from = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="derived",
        help_text=_("The document that this one repeats, such as a press release."),
    )

    class Meta:
        ordering = ["publisher", "title", "pk"]
        indexes = [models.Index(fields=["url"], name="source_by_url")]  # pasting a known address
        constraints = [
            code_check("source_kind_known", "kind", SourceKind),
            models.CheckConstraint(
                name="source_not_its_own_root",
                condition=models.Q(derives_from__isnull=True) | ~models.Q(derives_from=models.F("id")),
                violation_error_message=_("A source cannot derive from itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.publisher}: {self.title}" if self.publisher else self.title


def snapshot_path(snapshot: "Snapshot", filename: str) -> str:
    """Where the bytes lie in Django's storage: by their own hash, so that the same bytes are there once."""
    return f"snapshots/{snapshot.sha256[:2]}/{snapshot.sha256}"


class Snapshot(models.Model):
    """A file that preserves a source: its bytes, what they are, and when, how and by whom they were got.

    Part of its source: taking one, and marking it publishable, is an entry in the source's ledger. ``media_type`` is
    what the content is, whatever the file was called. ``text`` is what it says, for search and for comparing excerpts;
    ``text_gap`` says what of it could not be read. It is internal unless ``publishable``.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="snapshots")
    file = models.FileField(upload_to=snapshot_path, max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)
    name = models.CharField(max_length=255, blank=True)
    url = address_field()
    origin = code_field(Origin)
    response = models.JSONField(
        default=dict,
        blank=True,
        help_text=_("How it was fetched: the address asked for, each redirect, status, headers and time."),
    )
    about = models.JSONField(default=dict, blank=True, help_text=_("What the page says of itself."))
    text = models.TextField(blank=True)
    text_gap = models.CharField(max_length=300, blank=True)
    text_sha256 = models.CharField(max_length=64, blank=True)
    publishable = models.BooleanField(default=False)
    taken_at = models.DateTimeField(auto_now_add=True)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["sha256"], name="snapshot_by_bytes")]  # whose file is this, when serving it
        constraints = [
            models.UniqueConstraint(
                fields=["source", "sha256"],
                name="snapshot_bytes_once",
                violation_error_message=_("These very bytes are kept for this source already."),
            ),
            models.CheckConstraint(
                name="snapshot_not_empty",
                condition=models.Q(size__gt=0),
                violation_error_message=_("The file is empty."),
            ),
            code_check("snapshot_origin_known", "origin", Origin),
        ]

    def __str__(self) -> str:
        return self.name or self.url or self.sha256[:12]

    @property
    def is_erased(self) -> bool:
        """Whether an erasure took the file: what lies in its place preserves nothing."""
        return self.text_gap == files.ERASED


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def standing(self) -> Self:
        """What has not been taken out of the claim."""
        return self.filter(removed=False)

    def seen(self) -> Self:
        """What somebody looked at; the rest are leads, which count for nothing."""
        return self.standing().filter(seen_by__isnull=False)


class Evidence(models.Model):
    """A source used for one claim, with its own copy of the citation.

    ``key`` is unique in the claim and never used again: a removed item stays as a row, marked ``removed``.
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="evidence")
    key = models.SlugField(max_length=32)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="evidence")
    publisher = models.CharField(max_length=200, blank=True)
    title = models.CharField(max_length=500, blank=True)
    url = address_field()
    published = partial_date_field()
    source_kind = code_field(SourceKind)
    interest = models.CharField(max_length=500, blank=True)
    language = language_field(blank=True)
    excerpt = models.TextField(blank=True)
    stance = code_field(Stance)
    bears_on = code_field(Question)
    note = models.TextField(blank=True, help_text=_("For the desk only."))
    redaction_reason = models.TextField(blank=True)
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence")
    position = models.PositiveSmallIntegerField(default=0)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_how = models.CharField(max_length=200, blank=True)
    removed = models.BooleanField(default=False)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name_plural = "evidence"
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "key"],
                name="evidence_key_once_per_claim",
                violation_error_message=_("This key was already used in the claim; keys are never used again."),
            ),
            models.CheckConstraint(
                name="evidence_has_key",
                condition=~models.Q(key=""),
                violation_error_message=_("An evidence item needs a key."),
            ),
            models.CheckConstraint(
                name="evidence_seen_by_when_how",
                condition=models.Q(seen_by__isnull=True, seen_at__isnull=True, seen_how="")
                | models.Q(seen_by__isnull=False, seen_at__isnull=False) & ~models.Q(seen_how=""),
                violation_error_message=_("Seen evidence says by whom, when and how it was seen."),
            ),
            code_check("evidence_stance_known", "stance", Stance),
            code_check("evidence_bears_on_known", "bears_on", Question),
            code_check("evidence_source_kind_known", "source_kind", SourceKind),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def is_lead(self) -> bool:
        return self.seen_by_id is None
