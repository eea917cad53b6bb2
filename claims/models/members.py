"""The people of the desk, as far as the second read asks: who is away, and who has a conflict of interest."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from claims.models.aggregates import Aggregate
from claims.models.articles import Speaker
from claims.models.evidence import Source


def _filled() -> dict[str, models.Q]:
    """For each thing that a conflict of interest can be about: that this is it."""
    return {
        "speaker": models.Q(speaker__isnull=False),
        "source": models.Q(source__isnull=False),
        "topic": ~models.Q(topic=""),
    }


class Member(Aggregate):
    """One person of the desk. Made when there is something to say of them; most people have none.

    ``away_from`` and ``away_until`` are whole days; without an end they are away until further notice.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="member")
    away_from = models.DateField(null=True, blank=True)
    away_until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="member_away_from_before_until",
                condition=models.Q(away_until__isnull=True) | models.Q(away_from__lte=models.F("away_until")),
                violation_error_message=_("The last day away lies before the first."),
            ),
            models.CheckConstraint(
                name="member_away_has_a_first_day",
                condition=models.Q(away_until__isnull=True) | models.Q(away_from__isnull=False),
                violation_error_message=_("Say from which day on."),
            ),
        ]

    def __str__(self) -> str:
        return f"Member {self.pk}"


class ConflictOfInterest(models.Model):
    """A conflict of interest that somebody declared: it takes them out of the second read until it ends.

    It is about a speaker, a source or a topic, whichever is filled.
    """

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="conflicts")
    speaker = models.ForeignKey(Speaker, on_delete=models.PROTECT, null=True, blank=True, related_name="conflicts")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, null=True, blank=True, related_name="conflicts")
    topic = models.CharField(max_length=100, blank=True)
    reason = models.TextField(help_text=_("For the desk alone; never published."))
    declared_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="conflict_is_about_one_thing",
                condition=models.Q(speaker__isnull=False, source__isnull=True, topic="")
                | models.Q(speaker__isnull=True, source__isnull=False, topic="")
                | models.Q(speaker__isnull=True, source__isnull=True) & ~models.Q(topic=""),
                violation_error_message=_("Say whether it is about a speaker, a source or a topic: one of them."),
            ),
            models.CheckConstraint(
                name="conflict_says_why",
                condition=~models.Q(reason=""),
                violation_error_message=_("Say what the conflict of interest is."),
            ),
            *(
                models.UniqueConstraint(
                    fields=["member", name],
                    condition=models.Q(ended_at__isnull=True) & condition,
                    name=f"conflict_once_per_{name}",
                    violation_error_message=_("This conflict of interest is declared already."),
                )
                for name, condition in _filled().items()
            ),
        ]

    def __str__(self) -> str:
        return f"ConflictOfInterest {self.pk} of {self.member_id}"

    @property
    def about(self) -> Any:
        """The speaker, the source or the topic's words."""
        return self.speaker or self.source or self.topic
