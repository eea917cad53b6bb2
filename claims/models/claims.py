"""The aggregate: one checkable statement, its texts, where it stands and the numbers in it."""

from typing import Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from claims.models.aggregates import Aggregate, code_check, code_field, language_field, partial_date_field
from claims.models.articles import ArticleVersion, Speaker
from claims.vocabulary import AnchorState, Checkability, ClaimKind, Naming, Priority, Risk, Status, VoiceMode


class ClaimQuerySet(models.QuerySet["Claim"]):
    def due_to_wake(self, today: object) -> Self:
        return self.filter(status=Status.PARKED.value, parked_until__lte=today)

    def due_to_publish(self, now: object) -> Self:
        return self.filter(status=Status.APPROVED.value, publish_at__lte=now)


class Claim(Aggregate):
    """One checkable statement. ``status`` has one writer, the services; a trigger knows the legal moves too."""

    status = code_field(Status, default=Status.INBOX.value, editable=False)
    speaker = models.ForeignKey(
        Speaker,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="claims",
        help_text=_("The voice that is judged; empty means: not attributed."),
    )
    kinds = models.JSONField(default=list, blank=True)
    checkability = code_field(Checkability, default=Checkability.CHECKABLE.value)
    checkable_from = models.DateField(null=True, blank=True)
    metric = models.CharField(
        max_length=300,
        blank=True,
        help_text=_("What a forecast will be measured by, such as new capacity in gigawatts."),
    )
    threshold = models.CharField(
        max_length=300, blank=True, help_text=_("From which value on the forecast has come true.")
    )
    resolved_at = models.CharField(
        max_length=500, blank=True, help_text=_("Where it will be told: a publication, a register, an address.")
    )
    topics = models.JSONField(default=list, blank=True)
    priority = code_field(Priority, default=Priority.NORMAL.value)
    risk = code_field(Risk, default=Risk.NORMAL.value)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="assigned_claims"
    )
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="claims_to_read",
        help_text=_("Who is asked to give the second read; empty means: whoever may."),
    )
    due_on = models.DateField(_("due"), null=True, blank=True)
    parked_until = models.DateField(null=True, blank=True, editable=False)
    parked_reason = models.TextField(blank=True, editable=False)
    decline_reason = models.TextField(blank=True, editable=False)
    duplicate_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="duplicates", editable=False
    )
    publish_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["status", "-id"], name="claim_queue"),  # the queue, filtered by stage
            models.Index(fields=["assignee", "status"], name="claim_by_assignee"),  # my claims
            models.Index(fields=["reader", "status"], name="claim_by_reader"),  # load per reader
            models.Index(  # wake_claims
                fields=["parked_until"], condition=models.Q(status="parked"), name="claim_due_to_wake"
            ),
            models.Index(  # wake_claims, which also publishes what is due
                fields=["publish_at"], condition=models.Q(publish_at__isnull=False), name="claim_due_to_publish"
            ),
        ]
        constraints = [
            code_check("claim_status_known", "status", Status),
            code_check("claim_risk_known", "risk", Risk),
            code_check("claim_priority_known", "priority", Priority),
            code_check("claim_checkability_known", "checkability", Checkability),
            models.CheckConstraint(
                name="claim_parked_says_until_and_why",
                condition=(
                    models.Q(status="parked", parked_until__isnull=False) & ~models.Q(parked_reason="")
                    | ~models.Q(status="parked") & models.Q(parked_until__isnull=True, parked_reason="")
                ),
                violation_error_message=_("A claim on hold, and only that, has a date and a reason."),
            ),
            models.CheckConstraint(
                name="claim_declined_says_why",
                condition=(
                    models.Q(status="declined") & (~models.Q(decline_reason="") | models.Q(duplicate_of__isnull=False))
                    | ~models.Q(status="declined") & models.Q(decline_reason="", duplicate_of__isnull=True)
                ),
                violation_error_message=_("A claim that is not checked, and only that, has a reason for it."),
            ),
            models.CheckConstraint(
                name="claim_scheduled_is_approved",
                condition=models.Q(publish_at__isnull=True) | models.Q(status="approved"),
                violation_error_message=_("Only an approved claim can have a time of publication."),
            ),
            models.CheckConstraint(
                name="claim_not_its_own_duplicate",
                condition=models.Q(duplicate_of__isnull=True) | ~models.Q(duplicate_of=models.F("id")),
                violation_error_message=_("A claim cannot be a duplicate of itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"Claim {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("desk:claim", args=[self.pk])

    @property
    def stage(self) -> Status:
        return Status(self.status)


class ClaimText(models.Model):
    """The statement in one language, and in the same language why the desk checks it."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="texts")
    language = language_field()
    statement = models.TextField()
    why = models.TextField(_("why we check this"), blank=True)

    class Meta:
        ordering = ["language"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "language"],
                name="claim_text_once_per_language",
                violation_error_message=_("The claim already has a statement in this language."),
            ),
            models.CheckConstraint(
                name="claim_text_has_statement",
                condition=~models.Q(statement=""),
                violation_error_message=_("The statement is empty."),
            ),
        ]

    def __str__(self) -> str:
        return self.statement


class Quotation(models.Model):
    """Where a claim stands in the version it was marked in, for ever: a W3C text-quote and text-position selector.

    ``start`` and ``end`` count code points of the version's text, ``end`` exclusive.
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="quotations")
    version = models.ForeignKey(ArticleVersion, on_delete=models.PROTECT, related_name="quotations")
    exact = models.TextField()
    prefix = models.TextField(blank=True)
    suffix = models.TextField(blank=True)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["version", "start"], name="quotation_in_text")]  # the reader's highlights
        constraints = [
            models.CheckConstraint(
                name="quotation_not_empty",
                condition=models.Q(end__gt=models.F("start")) & ~models.Q(exact=""),
                violation_error_message=_("A quotation needs at least one character."),
            ),
            models.UniqueConstraint(
                fields=["claim", "version", "start", "end"],
                name="quotation_once_per_claim",
                violation_error_message=_("The claim already has this very quotation."),
            ),
        ]

    def __str__(self) -> str:
        return self.exact


class Voice(models.Model):
    """One voice of a quotation, in order: the article reports, a company asserts. No speaker means: unknown."""

    quotation = models.ForeignKey(Quotation, on_delete=models.PROTECT, related_name="voices")
    position = models.PositiveSmallIntegerField()
    speaker = models.ForeignKey(Speaker, on_delete=models.PROTECT, null=True, blank=True, related_name="voices")
    naming = code_field(Naming, default=Naming.NAMED.value)
    mode = code_field(VoiceMode, default=VoiceMode.ASSERTS.value)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["quotation", "position"],
                name="voice_position_once",
                violation_error_message=_("The quotation already has a voice in this place."),
            ),
            code_check("voice_naming_known", "naming", Naming),
            code_check("voice_mode_known", "mode", VoiceMode),
        ]

    def __str__(self) -> str:
        return f"{self.speaker or '?'} {self.mode}"


class Anchor(models.Model):
    """Where a quotation stands in a later version. Rows are added, never changed; gates ask the newest."""

    quotation = models.ForeignKey(Quotation, on_delete=models.PROTECT, related_name="anchors")
    version = models.ForeignKey(ArticleVersion, on_delete=models.PROTECT, related_name="anchors")
    state = code_field(AnchorState)
    start = models.PositiveIntegerField(null=True)
    end = models.PositiveIntegerField(null=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            code_check("anchor_state_known", "state", AnchorState),
            models.CheckConstraint(
                name="anchor_has_a_place_unless_lost",
                condition=models.Q(state="lost", start__isnull=True, end__isnull=True)
                | ~models.Q(state="lost") & models.Q(start__isnull=False, end__isnull=False, end__gt=models.F("start")),
                violation_error_message=_("An anchor has a place in the text, unless the quotation is lost."),
            ),
        ]

    def __str__(self) -> str:
        return self.state


class Quantity(models.Model):
    """A number in a claim: a range, its unit, what it is compared with, and until when."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="quantities")
    position = models.PositiveSmallIntegerField()
    low = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    high = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    unit = models.CharField(max_length=100, blank=True)
    comparator = models.CharField(max_length=100, blank=True)
    reference = models.CharField(max_length=200, blank=True)
    date = partial_date_field()
    deadline = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["position"]
        verbose_name_plural = "quantities"
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "position"],
                name="quantity_position_once",
                violation_error_message=_("The claim already has a number in this place."),
            ),
            models.CheckConstraint(
                name="quantity_low_not_above_high",
                condition=models.Q(low__isnull=True)
                | models.Q(high__isnull=True)
                | models.Q(low__lte=models.F("high")),
                violation_error_message=_("The lower number is above the higher one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.low}-{self.high} {self.unit}"


KINDS = frozenset(kind.value for kind in ClaimKind)
