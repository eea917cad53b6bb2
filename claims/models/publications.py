"""What the public site reads, and nothing else: checks, their frozen versions, and what was taken offline."""

import json
import uuid
from functools import cached_property
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from claims.models.aggregates import code_check, code_field
from claims.vocabulary import PublicationKind, Question, WithholdingReason, Word, gettext_noop


class WithholdingScope(Word):
    """What was taken offline: everything, one version or one language."""

    CHECK = "check", gettext_noop("The whole check")
    VERSION = "version", gettext_noop("One version")
    LANGUAGE = "language", gettext_noop("One language")


class CheckQuerySet(models.QuerySet["Check"]):
    def listed(self) -> Self:
        """What stands in lists: not what was taken out of them, and not what is offline as a whole."""
        return self.filter(listed=True)


class Check(models.Model):
    """The one mutable row of a published subject, written by the publication service alone.

    Everything but ``uuid``, ``slug`` and the claim can be rebuilt from the publications and withholdings.
    The list-like text columns hold ``|a|b|``, so that one ``LIKE`` finds a member on both databases.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    claim = models.OneToOneField("claims.Claim", on_delete=models.PROTECT, related_name="check_page")
    slug = models.SlugField(max_length=120, unique=True)
    current = models.OneToOneField(
        "claims.Publication", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    listed = models.BooleanField(default=True)
    withdrawn = models.BooleanField(default=False)
    question = code_field(Question, blank=True)
    rating_code = models.SlugField(max_length=32, blank=True)
    speaker_name = models.CharField(max_length=200, blank=True)
    speaker_slug = models.CharField(max_length=200, blank=True)
    topics = models.TextField(blank=True)
    outlet_names = models.TextField(blank=True)
    article_uuids = models.TextField(blank=True)
    languages = models.CharField(max_length=200, blank=True)
    search_text = models.TextField(blank=True)
    bodies = models.JSONField(default=dict, blank=True)
    history = models.JSONField(default=list, blank=True)
    withheld = models.JSONField(default=list, blank=True)
    first_published_at = models.DateTimeField(null=True)
    last_published_at = models.DateTimeField(null=True)

    objects = CheckQuerySet.as_manager()

    class Meta:
        ordering = ["-last_published_at", "-pk"]
        indexes = [
            models.Index(fields=["-last_published_at", "-id"], name="check_newest"),  # the public list
            models.Index(fields=["rating_code"], name="check_by_rating"),  # the list's facet
            models.Index(fields=["speaker_slug"], name="check_by_speaker"),  # the list's facet
        ]

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        return reverse("public:check", args=[self.slug])


class Publication(models.Model):
    """One numbered version of a check: immutable. Its content and names lie in side rows, with their salts.

    ``envelope`` is the exact canonical text that ``hash`` was made of; the other columns repeat what it says.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    check_page = models.ForeignKey(Check, on_delete=models.PROTECT, related_name="publications")
    number = models.PositiveIntegerField()
    kind = code_field(PublicationKind)
    published_at = models.DateTimeField()
    entry = models.OneToOneField("claims.LedgerEntry", on_delete=models.PROTECT, related_name="publication")
    envelope = models.TextField()
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["check_page", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["check_page", "number"],
                name="publication_number_once_per_check",
                violation_error_message=_("This check already has a version with that number."),
            ),
            code_check("publication_kind_known", "kind", PublicationKind),
            models.CheckConstraint(
                name="publication_first_is_number_one",
                condition=models.Q(number=1, kind="first") | models.Q(number__gt=1) & ~models.Q(kind="first"),
                violation_error_message=_("The first version, and only that, is a first publication."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.check_page} {self.number}"

    @property
    def envelope_data(self) -> dict[str, Any]:
        return dict(json.loads(self.envelope))

    @property
    def content_data(self) -> dict[str, Any] | None:
        """The frozen content, or None when it was erased."""
        return self.content.data

    @property
    def names_data(self) -> dict[str, Any] | None:
        return self.names.data


class SideRow(models.Model):
    """What an immutable row holds only a salted hash of. Once written, it can only be emptied, by an erasure."""

    salt = models.CharField(max_length=32, blank=True)
    text = models.TextField(blank=True)
    erased_by = models.ForeignKey(
        "claims.LedgerEntry", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.text or "(erased)"

    @cached_property
    def data(self) -> dict[str, Any] | None:
        return dict(json.loads(self.text)) if self.text else None


class PublicationContent(SideRow):
    """What was approved and frozen, as canonical text."""

    publication = models.OneToOneField(Publication, on_delete=models.PROTECT, related_name="content", primary_key=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="content_emptied_only_by_erasure",
                condition=models.Q(text="", salt="", erased_by__isnull=False)
                | ~models.Q(text="") & ~models.Q(salt="") & models.Q(erased_by__isnull=True),
                violation_error_message=_("Content can be emptied only by an erasure."),
            ),
        ]


class PublicationNames(SideRow):
    """The names of writers, reviewers and publisher, as canonical text."""

    publication = models.OneToOneField(Publication, on_delete=models.PROTECT, related_name="names", primary_key=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="names_emptied_only_by_erasure",
                condition=models.Q(text="", salt="", erased_by__isnull=False)
                | ~models.Q(text="") & ~models.Q(salt="") & models.Q(erased_by__isnull=True),
                violation_error_message=_("Names can be emptied only by an erasure."),
            ),
        ]


class Withholding(models.Model):
    """A check, a version or a language taken offline at once, with a reason that the public reads.

    ``note`` maps a language to that reason in words; ``number`` is 0 unless one version is meant.
    """

    check_page = models.ForeignKey(Check, on_delete=models.PROTECT, related_name="withholdings")
    scope = code_field(WithholdingScope)
    number = models.PositiveIntegerField(default=0)
    language = models.CharField(max_length=35, blank=True)
    reason = code_field(WithholdingReason)
    note = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    withheld_at = models.DateTimeField(auto_now_add=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            code_check("withholding_scope_known", "scope", WithholdingScope),
            code_check("withholding_reason_known", "reason", WithholdingReason),
            models.CheckConstraint(
                name="withholding_names_what_it_covers",
                condition=models.Q(scope="check", number=0, language="")
                | models.Q(scope="version", number__gt=0, language="")
                | models.Q(scope="language", number=0) & ~models.Q(language=""),
                violation_error_message=_("Say which version or which language is meant."),
            ),
            models.UniqueConstraint(
                fields=["check_page", "scope", "number", "language"],
                condition=models.Q(lifted_at__isnull=True),
                name="withholding_open_once",
                violation_error_message=_("This is already offline."),
            ),
            models.CheckConstraint(
                name="withholding_lifted_by_and_when",
                condition=models.Q(lifted_by__isnull=True, lifted_at__isnull=True)
                | models.Q(lifted_by__isnull=False, lifted_at__isnull=False),
                violation_error_message=_("What is back online says by whom and since when."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.check_page} {self.scope}"
