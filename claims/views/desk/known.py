"""What the claim page shows where evidence is entered in two fields: what is known of what is cited."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from claims.forms.citing import CiteForm, cleaned, stand_in
from claims.forms.evidence import NEW, read_citation
from claims.models import Claim, Evidence, Source
from claims.services import citing
from claims.vocabulary import SourceKind, Stance


def page_context(claim: Claim, form: CiteForm | None, *, may_edit: bool, out: str) -> dict[str, Any]:
    """The quick entry, and what was taken out of the claim; ``out`` is the key of what was taken out just now."""
    form = form or (empty_form(claim) if may_edit else None)
    removed = list(Evidence.objects.filter(claim=claim, removed=True))
    return {
        "cite_form": form,
        **(context_of(form) if form else {}),
        "taken_out": removed,
        "just_out": next((item for item in removed if item.key == out), None) if may_edit else None,
    }


def empty_form(claim: Claim) -> CiteForm:
    """The quick entry as the page shows it first: it bears on the question that is asked."""
    verdict = getattr(claim, "verdict", None)
    return CiteForm(claim=claim, initial={"bears_on": verdict.question if verdict else ""})


def context_of(form: CiteForm) -> dict[str, Any]:
    """What ``desk/_cite_known.html`` shows."""
    known = form.known
    return {
        "cite_form": form,
        "used": usage_words(citing.usage(known, but=form.claim)) if known else "",
        "repeats": str(known.derives_from) if known and known.derives_from else "",
    }


def usage_words(usage: citing.Usage) -> str:
    """ "cited in 3 checks; supports in 2, contradicts in 1"; that it is new to them where nobody cited it."""
    if not usage.claims:
        return _("no other check cites it")
    words = ngettext("cited in %(number)s other check", "cited in %(number)s other checks", usage.claims)
    told = {
        Stance.SUPPORTS: _("supports in %(number)s"),
        Stance.CONTRADICTS: _("contradicts in %(number)s"),
        Stance.BACKGROUND: _("background in %(number)s"),
    }
    stances = ", ".join(told[stance] % {"number": number} for stance, number in usage.stances.items())
    return f"{words % {'number': usage.claims}}: {stances}"


def prefilled(cited: str) -> tuple[dict[str, Any], Source | None]:
    """The fields of the citation, filled from what is known, and the source at the address if it is here.

    The source that is here already comes first, with what its snapshot says of itself where it has a gap; then what
    the words themselves say, the habit of the same host, and what stands in where nothing is known.
    """
    words = cleaned(cited)
    said = read_citation(words)
    url = said.get("url", "")
    known = citing.known_source(url)
    if known is not None:
        own = {name: getattr(known, name) for name in CiteForm.OF_THE_CITATION}
        gaps = citing.said_of_itself(known)
        values = {name: value or gaps.get(name, "") for name, value in own.items()}
    else:
        named = {name: value for name, value in said.items() if name != "publisher" or value != _host_of(url)}
        values = {"publisher": said.get("publisher", ""), **citing.habits(url), **named}
        values["title"] = values.get("title") or stand_in(url)
    values = {"kind": SourceKind.SECONDARY.value, **values}
    return {**values, "shown": words, "source": str(known.pk) if known else NEW}, known


def _host_of(url: str) -> str:
    """What a citation without a publisher is given for one."""
    return read_citation(url).get("publisher", "") if url else ""
