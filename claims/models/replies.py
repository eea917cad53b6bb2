"""Asking those whom a claim concerns, and what they say."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from claims.models.aggregates import Aggregate, code_check, code_field, language_field
from claims.models.articles import Speaker
from claims.models.claims import Claim
from claims.vocabulary import Channel, ReplyWay


class ReplyRequest(Aggregate):
    """One addressee asked about one or more claims: how, in which words, when and until when.

    ``link_hash`` is the digest of the one link through which the addressee may answer without an account; the link
    itself is shown once and kept nowhere.
    """

    speaker = models.ForeignKey(
        Speaker,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reply_requests",
        help_text=_("Who is asked, where the desk has a record of them."),
    )
    addressee = models.CharField(max_length=200, help_text=_("As readers may see it, such as “Baidu, press office”."))
    contact = models.CharField(max_length=300, blank=True, help_text=_("Never published."))
    channel = code_field(Channel)
    language = language_field()
    wording = models.TextField(help_text=_("What was asked, word for word."))
    asked_on = models.DateField()
    until = models.DateField(null=True, blank=True)
    link_hash = models.CharField(max_length=64, blank=True, editable=False)
    link_until = models.DateTimeField(null=True, blank=True, editable=False)
    link_used_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["until"], name="reply_request_by_deadline")]  # whose time is up
        constraints = [
            code_check("reply_request_channel_known", "channel", Channel),
            models.CheckConstraint(
                name="reply_request_says_whom_and_what",
                condition=~models.Q(addressee="") & ~models.Q(wording=""),
                violation_error_message=_("Say who is asked, and what."),
            ),
            models.CheckConstraint(
                name="reply_request_ends_after_it_began",
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("asked_on")),
                violation_error_message=_("The deadline lies before the day on which they were asked."),
            ),
            models.UniqueConstraint(
                fields=["link_hash"],
                condition=~models.Q(link_hash=""),
                name="reply_link_once",
                violation_error_message=_("This link is used for another request."),
            ),
        ]

    def __str__(self) -> str:
        return self.addressee


class Asked(models.Model):
    """That a request is about a claim; and what of the reply an editor puts into the claim's content.

    ``words`` are the reply's own, a passage of it or all; included without words it says that nobody answered.
    """

    request = models.ForeignKey(ReplyRequest, on_delete=models.PROTECT, related_name="asked")
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="asked")
    included = models.BooleanField(default=False)
    words = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "asked"
        constraints = [
            models.UniqueConstraint(
                fields=["request", "claim"],
                name="asked_once_about_a_claim",
                violation_error_message=_("They were asked about this claim already."),
            ),
            models.CheckConstraint(
                name="asked_words_only_where_included",
                condition=models.Q(included=True) | models.Q(words=""),
                violation_error_message=_("Words that are not published do not belong here."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.claim_id}"


class Reply(models.Model):
    """What came back, word for word. Rows are added, never changed; a second letter is a second row."""

    request = models.ForeignKey(ReplyRequest, on_delete=models.PROTECT, related_name="replies")
    words = models.TextField()
    received_on = models.DateField()
    way = code_field(ReplyWay)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "replies"
        constraints = [
            code_check("reply_way_known", "way", ReplyWay),
            models.CheckConstraint(
                name="reply_says_something",
                condition=~models.Q(words=""),
                violation_error_message=_("Write down what they replied."),
            ),
        ]

    def __str__(self) -> str:
        return self.words[:60]
