"""Scales, the working verdict of a claim, and what readers at the desk said to it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from claims.models.aggregates import Aggregate, code_check, code_field, language_field
from claims.models.claims import Claim
from claims.vocabulary import LATER_KINDS, JudgedBy, PublicationKind, Question, ReviewKind, SuggestionState


class RatingScale(Aggregate):
    """A desk's words for the answers to one question. ``labels`` maps a language to the scale's name."""

    code = models.SlugField(max_length=32, unique=True)
    question = code_field(Question)
    labels = models.JSONField(default=dict)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["pk"]
        constraints = [code_check("scale_question_known", "question", Question)]

    def __str__(self) -> str:
        return self.code


class Rating(models.Model):
    """One word of a scale with its definition, both per language; a number only where it means something."""

    scale = models.ForeignKey(RatingScale, on_delete=models.PROTECT, related_name="ratings")
    code = models.SlugField(max_length=32)
    position = models.PositiveSmallIntegerField()
    value = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    labels = models.JSONField(default=dict)
    definitions = models.JSONField(default=dict)
    awaits_outcome = models.BooleanField(
        default=False, help_text=_("Means: open until a date. The only rating for a forecast that lies ahead.")
    )

    class Meta:
        ordering = ["scale", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["scale", "code"],
                name="rating_code_once_per_scale",
                violation_error_message=_("The scale already has a rating with this code."),
            ),
            models.UniqueConstraint(
                fields=["scale", "position"],
                name="rating_position_once_per_scale",
                violation_error_message=_("The scale already has a rating in this place."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.labels.get("en") or self.code)


class Verdict(models.Model):
    """The working draft of a claim's verdict: answers one question. The reasons are for the desk's gates."""

    claim = models.OneToOneField(Claim, on_delete=models.PROTECT, related_name="verdict")
    question = code_field(Question, blank=True)
    rating = models.ForeignKey(Rating, on_delete=models.PROTECT, null=True, blank=True, related_name="verdicts")
    judged_by = code_field(JudgedBy, blank=True)
    researched_until = models.DateField(null=True, blank=True)
    one_source_reason = models.TextField(_("why one source suffices"), blank=True)
    no_primary_reason = models.TextField(_("why there is no primary source"), blank=True)
    not_asked_reason = models.TextField(_("why the claimant was not asked"), blank=True)
    early_reason = models.TextField(_("why this does not wait for a reply"), blank=True)
    elements = models.JSONField(
        default=list, blank=True, help_text=_("The statement's parts: finding, texts by language, keys of evidence.")
    )
    change_kind = code_field(PublicationKind, blank=True)

    class Meta:
        constraints = [
            code_check("verdict_question_known", "question", Question, blank=True),
            code_check("verdict_judged_by_known", "judged_by", JudgedBy, blank=True),
            models.CheckConstraint(
                name="verdict_change_kind_is_a_later_one",
                condition=models.Q(change_kind__in=["", *(kind.value for kind in LATER_KINDS)]),
                violation_error_message=_("A first publication and a withdrawal name themselves."),
            ),
        ]

    def __str__(self) -> str:
        return f"Verdict of {self.claim_id}"


class VerdictText(models.Model):
    """The verdict in one language. ``up_to_date`` is its author's word that it says what the others say."""

    verdict = models.ForeignKey(Verdict, on_delete=models.PROTECT, related_name="texts")
    language = language_field()
    headline = models.CharField(max_length=300, blank=True)
    summary = models.TextField(blank=True)
    rationale = models.TextField(blank=True, help_text=_("Markdown; cite evidence as [@key]."))
    other_finding = models.TextField(blank=True)
    today = models.TextField(blank=True)
    change_note = models.TextField(blank=True)
    up_to_date = models.BooleanField(default=True)

    class Meta:
        ordering = ["language"]
        constraints = [
            models.UniqueConstraint(
                fields=["verdict", "language"],
                name="verdict_text_once_per_language",
                violation_error_message=_("The verdict already has a text in this language."),
            ),
        ]

    def __str__(self) -> str:
        return self.headline or self.language


class Review(models.Model):
    """What a reader at the desk decided or remarked. A comment stays open until somebody resolves it.

    A comment may be on one field (``path``, as the ledger names it), on a ``passage`` of its words, or on an evidence
    item (``path`` is ``evidence.`` and its key).
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="reviews")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = code_field(ReviewKind)
    comment = models.TextField(blank=True)
    path = models.CharField(max_length=100, blank=True)
    passage = models.TextField(blank=True)
    content_hash = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            code_check("review_kind_known", "kind", ReviewKind),
            models.CheckConstraint(
                name="review_says_something",
                condition=models.Q(kind="approved") | ~models.Q(comment=""),
                violation_error_message=_("Say what it is about."),
            ),
            models.CheckConstraint(
                name="review_passage_stands_somewhere",
                condition=models.Q(passage="") | ~models.Q(path=""),
                violation_error_message=_("Say in which text the passage stands."),
            ),
            models.CheckConstraint(
                name="review_resolved_by_and_when",
                condition=models.Q(resolved_by__isnull=True, resolved_at__isnull=True)
                | models.Q(resolved_by__isnull=False, resolved_at__isnull=False),
                violation_error_message=_("A resolved comment says by whom and when."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.claim_id}"

    @property
    def is_open(self) -> bool:
        return self.kind != ReviewKind.APPROVED and self.resolved_at is None


class Approval(models.Model):
    """One person's yes to one content, named by its hash. It lapses by itself when the content changes."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="approvals")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    content_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "by", "content_hash"],
                name="approval_once_per_person_and_content",
                violation_error_message=_("You have already approved this content."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by} {self.content_hash[:8]}"


class Suggestion(models.Model):
    """A proposed wording for one field, named by its path; it edits nothing until an author takes it."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="suggestions")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    path = models.CharField(max_length=100)
    before = models.TextField(blank=True)
    proposed = models.TextField()
    note = models.TextField(blank=True)
    state = code_field(SuggestionState, default=SuggestionState.OPEN.value)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            code_check("suggestion_state_known", "state", SuggestionState),
            models.CheckConstraint(
                name="suggestion_decided_by_somebody",
                condition=models.Q(state="open", decided_by__isnull=True)
                | ~models.Q(state="open") & models.Q(decided_by__isnull=False),
                violation_error_message=_("A suggestion that was taken or dismissed says by whom."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.path}: {self.proposed[:40]}"
