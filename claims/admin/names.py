"""What the admin calls each kind of record, in the reader's language.

Django puts a model's own names into migrations and reads them in the admin alone; so they stand here, where
they are read.
"""

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from claims import models

NAMES: dict[type[Model], tuple[object, object]] = {
    models.Claim: (_("claim"), _("claims")),
    models.Article: (_("article"), _("articles")),
    models.Outlet: (_("outlet"), _("outlets")),
    models.Speaker: (_("speaker"), _("speakers")),
    models.Source: (_("source"), _("sources")),
    models.RatingScale: (_("rating scale"), _("rating scales")),
    models.ReplyRequest: (_("request for a reply"), _("requests for a reply")),
    models.Member: (_("person in the second read"), _("people in the second read")),
    models.LedgerEntry: (_("ledger entry"), _("ledger entries")),
    models.Check: (_("check"), _("checks")),
    models.Publication: (_("publication"), _("publications")),
    models.Withholding: (_("taken offline"), _("taken offline")),
}


def name_models() -> None:
    """Gives the models their names; the migrations do not see it."""
    for model, (one, many) in NAMES.items():
        model._meta.verbose_name = one
        model._meta.verbose_name_plural = many
