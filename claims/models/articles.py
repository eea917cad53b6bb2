"""What came in: outlets, speakers, articles, their versions and the bytes they were received as."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from claims.models.aggregates import (
    Aggregate,
    address_field,
    check_wikidata_item,
    code_check,
    code_field,
    language_field,
    partial_date_field,
)
from claims.vocabulary import SpeakerKind


class MergeableQuerySet(models.QuerySet[Any]):
    def standing(self) -> Self:
        """Those that were not merged into another one."""
        return self.filter(merged_into__isnull=True)


def _merged_into() -> models.ForeignKey:
    """The record that stands for this one. Always one that stands itself: a chain is never longer than one step."""
    return models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged", editable=False
    )


def _not_merged_into_itself(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name,
        condition=models.Q(merged_into__isnull=True) | ~models.Q(merged_into=models.F("id")),
        violation_error_message=_("A record cannot be merged into itself."),
    )


class Speaker(Aggregate):
    """A person or organisation that claims things."""

    name = models.CharField(max_length=200)
    kind = code_field(SpeakerKind, default=SpeakerKind.ORGANISATION.value)
    role = models.CharField(max_length=200, blank=True)
    party = models.CharField(max_length=200, blank=True)
    same_as = address_field(validators=[check_wikidata_item], help_text=_("The address of the Wikidata item."))
    merged_into = _merged_into()

    objects = MergeableQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["name"], name="speaker_by_name")]  # pickers and lists
        constraints = [
            code_check("speaker_kind_known", "kind", SpeakerKind),
            _not_merged_into_itself("speaker_not_merged_into_itself"),
            models.CheckConstraint(
                name="speaker_has_name",
                condition=~models.Q(name=""),
                violation_error_message=_("A speaker needs a name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Outlet(Aggregate):
    """Who published an article; it has a speaker, since an article also speaks in its own voice."""

    name = models.CharField(max_length=200)
    url = address_field()
    speaker = models.OneToOneField(Speaker, on_delete=models.PROTECT, related_name="outlet")
    merged_into = _merged_into()

    objects = MergeableQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            _not_merged_into_itself("outlet_not_merged_into_itself"),
            models.CheckConstraint(
                name="outlet_has_name",
                condition=~models.Q(name=""),
                violation_error_message=_("An outlet needs a name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Article(Aggregate):
    """One work, however often and in however many wordings it was received."""

    title = models.CharField(max_length=500)
    title_is_guess = models.BooleanField(
        default=False, help_text=_("The first words of the text stand in until a copy brings the title.")
    )
    outlet = models.ForeignKey(Outlet, on_delete=models.PROTECT, null=True, blank=True, related_name="articles")
    author = models.CharField(max_length=200, blank=True)
    url = address_field()
    language = language_field()
    published = partial_date_field()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["-created_at", "-id"], name="article_newest")]  # the desk's list
        constraints = [
            models.UniqueConstraint(
                fields=["url"],
                condition=~models.Q(url=""),
                name="article_url_once",
                violation_error_message=_("An article with this address is already here."),
            ),
            models.CheckConstraint(
                name="article_has_title",
                condition=~models.Q(title=""),
                violation_error_message=_("An article needs a title."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ArticleVersion(models.Model):
    """One clean text of an article. The text never changes; erasure masks it at equal length."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)
    mended = models.BooleanField(
        default=False, help_text=_("A person mended the text; no copy was received that says just this.")
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    analyser = models.CharField(max_length=64, blank=True)
    analysis = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["article", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "number"],
                name="version_number_once",
                violation_error_message=_("The article already has a version with this number."),
            ),
            models.UniqueConstraint(
                fields=["article", "sha256"],
                name="version_text_once",
                violation_error_message=_("This text is already a version of the article."),
            ),
            models.CheckConstraint(
                name="version_has_text",
                condition=~models.Q(text=""),
                violation_error_message=_("A version needs a text."),
            ),
            models.CheckConstraint(
                name="version_confirmed_by_and_when",
                condition=models.Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | models.Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                violation_error_message=_("A confirmed text says by whom and when it was confirmed."),
            ),
        ]
        indexes = [models.Index(fields=["sha256"], name="version_by_text")]  # intake: same text, same article?

    def __str__(self) -> str:
        return f"{self.article} ({self.number})"


class TextBand(models.Model):
    """One band of a version's sketch: near-duplicate texts share at least one (``claims.language.similarity``)."""

    version = models.ForeignKey(ArticleVersion, on_delete=models.PROTECT, related_name="bands")
    key = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "key"],
                name="text_band_once_per_version",
                violation_error_message=_("The version already has this band."),
            )
        ]
        indexes = [models.Index(fields=["key", "version"], name="text_band_lookup")]  # intake: who shares this band?

    def __str__(self) -> str:
        return f"{self.version_id} {self.key}"


class AlsoAppeared(models.Model):
    """A person's word that the same text also appeared elsewhere: a wire copy, a reprint. Nothing is merged."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="also_appeared")
    other = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="appearances")
    linked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    linked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "other"],
                name="also_appeared_once",
                violation_error_message=_("This is already linked."),
            ),
            models.CheckConstraint(
                name="also_appeared_elsewhere",
                condition=~models.Q(article=models.F("other")),
                violation_error_message=_("An article cannot also have appeared in itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article} / {self.other}"


class Exclusion(models.Model):
    """A page that must not count as evidence for the article's claims, with the reason: a reprint of it, mostly.

    ``url`` is kept as ``language.addresses.comparable`` writes it, so that a query string of a share button or a
    missing ``www.`` changes nothing.
    """

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="exclusions")
    url = address_field()
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "url"],
                name="exclusion_once",
                violation_error_message=_("This address is excluded already."),
            ),
            models.CheckConstraint(
                name="exclusion_has_address_and_reason",
                condition=~models.Q(url="") & ~models.Q(reason=""),
                violation_error_message=_("Give the address and say why it cannot count."),
            ),
        ]

    def __str__(self) -> str:
        return self.url


class Capture(models.Model):
    """The raw bytes of one time an article was received, and what was cut from them to get the clean text.

    Bytes that gave no text are kept too: such a capture has no version and says what the problem was.
    """

    version = models.ForeignKey(
        ArticleVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="captures"
    )
    problem = models.TextField(blank=True)
    raw = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    content_type = models.CharField(max_length=200, default="text/plain")
    url = address_field()
    title = models.CharField(max_length=500, blank=True)
    residue = models.JSONField(default=list, blank=True)
    completeness = models.DecimalField(
        max_digits=4,
        decimal_places=3,
        null=True,
        blank=True,
        help_text=_("The share of the page's visible text that the clean text holds, 0 to 1."),
    )
    response = models.JSONField(
        default=dict,
        blank=True,
        help_text=_("How it was fetched: the address asked for, each redirect, status, headers and time."),
    )
    received_at = models.DateTimeField(auto_now_add=True)
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "sha256"],
                name="capture_bytes_once",
                violation_error_message=_("These very bytes were already received."),
            ),
            models.CheckConstraint(
                name="capture_gave_a_text_or_says_why_not",
                condition=models.Q(version__isnull=False, problem="")
                | models.Q(version__isnull=True) & ~models.Q(problem=""),
                violation_error_message=_("A copy gave a text, or it says why not."),
            ),
        ]
        indexes = [models.Index(fields=["sha256"], name="capture_by_bytes")]  # intake: the very same bytes again?

    def __str__(self) -> str:
        return f"{self.version or self.problem} {self.received_at:%Y-%m-%d %H:%M}"


class SentenceSetAside(models.Model):
    """A person's word that a sentence of an article needs no claim, with the reason.

    It holds for every version in which the sentence stands in the same words; ``sentence`` is their digest
    (``services.intake.sentence_hash``), so that the words themselves lie in the versions alone.
    """

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="set_aside")
    sentence = models.CharField(max_length=64)
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "sentence"],
                name="sentence_set_aside_once",
                violation_error_message=_("This sentence is set aside already."),
            ),
            models.CheckConstraint(
                name="sentence_set_aside_says_why",
                condition=~models.Q(reason=""),
                violation_error_message=_("Say why the sentence needs no claim."),
            ),
        ]

    def __str__(self) -> str:
        return self.reason
