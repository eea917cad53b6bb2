"""Arithmetic that a verdict shows."""

from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from claims.errors import NotCanonical
from claims.language import canonical
from claims.language.arithmetic import MOST_PLACES
from claims.models.claims import Claim


def check_plain_number(value: str) -> None:
    """Refuses what is not a finite decimal number in its shortest plain writing, such as ``-0.96``."""
    try:
        written = canonical.decimal(Decimal(value))
    except (InvalidOperation, NotCanonical):
        written = ""
    if written != value:
        raise ValidationError(_("Write a number with digits and a point, such as 2.19."), code="number")


class Calculation(models.Model):
    """Named inputs, an expression, a result. ``key`` is unique in the claim and never used again.

    ``inputs`` is a list of ``name`` (as the expression has it), ``labels`` (language to words), ``value`` (a plain
    decimal), ``unit`` and ``evidence`` (the key of the item that it comes from, or empty). Numbers are kept as the
    canonical text has them, since SQLite would make floats of them.
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="calculations")
    key = models.SlugField(max_length=32)
    labels = models.JSONField(default=dict, blank=True, help_text=_("What is calculated, by language."))
    inputs = models.JSONField(default=list, blank=True)
    expression = models.CharField(max_length=500, blank=True)
    result = models.CharField(max_length=60, blank=True, validators=[check_plain_number])
    unit = models.CharField(max_length=100, blank=True)
    places = models.PositiveSmallIntegerField(
        default=2,
        validators=[MaxValueValidator(MOST_PLACES)],
        help_text=_("Decimal places of the result."),
    )
    notes = models.JSONField(default=dict, blank=True, help_text=_("What the result means and what not, by language."))
    removed = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "key"],
                name="calculation_key_once_per_claim",
                violation_error_message=_("This key was already used in the claim; keys are never used again."),
            ),
            models.CheckConstraint(
                name="calculation_has_key",
                condition=~models.Q(key=""),
                violation_error_message=_("A calculation needs a key."),
            ),
            models.CheckConstraint(
                name="calculation_places_bounded",
                condition=models.Q(places__lte=MOST_PLACES),
                violation_error_message=_("A result has at most 10 decimal places."),
            ),
        ]

    def __str__(self) -> str:
        return self.key
