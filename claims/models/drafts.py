"""What somebody is typing and has not saved."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from claims.models.claims import Claim


class Draft(models.Model):
    """The fields of one form of one claim as one person left them: private, and outside the ledger.

    ``values`` are the form's own names and texts; ``opened_at`` is the revision that the form was opened at. Saving
    the form, or discarding the draft, deletes the row.
    """

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="drafts")
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="drafts")
    form = models.CharField(max_length=64)
    opened_at = models.PositiveIntegerField()
    values = models.JSONField(default=dict)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-saved_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["by", "claim", "form"],
                name="draft_once_per_person_and_form",
                violation_error_message=_("You have a draft of this already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by} {self.claim_id} {self.form}"
