"""How independent the evidence is, in words: how many documents it rests on, and which items are one."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from claims import composition
from claims.forms.wording import partial_date
from claims.models import Claim, Evidence, Source
from claims.vocabulary import SourceKind

_PRIMARY = {SourceKind.PRIMARY, SourceKind.PRIMARY_COPY}


@dataclass(frozen=True)
class Independence:
    """Sentences for a reader of the desk. ``good`` and ``missing`` are about the question that is asked."""

    good: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    shared: list[str] = field(default_factory=list)
    circular: frozenset[str] = frozenset()

    @property
    def repeating(self) -> list[str]:
        """The keys of what repeats an article that makes the claim, in order."""
        return sorted(self.circular)


def of(claim: Claim, items: Sequence[Evidence] | None = None) -> Independence:
    """What can be said of the claim's seen evidence. ``items`` are its standing ones with sources, if read already."""
    if items is None:
        items = list(claim.evidence.standing().select_related("source"))
    circular = composition.circular_evidence(claim, items)
    counted = [item for item in items if not item.is_lead and item.key not in circular]
    documents = composition.origins(counted) if counted else []
    found = Independence(circular=circular, shared=[_one_origin(*each) for each in documents if len(each[1]) > 1])
    verdict = getattr(claim, "verdict", None)
    if verdict and verdict.question:
        _on_the_question(found, documents, verdict)
    return found


def _on_the_question(found: Independence, documents: Sequence[tuple[Source, list[Evidence]]], verdict: object) -> None:
    question = getattr(verdict, "question", "")
    here = [item for _source, items in documents for item in items if item.bears_on == question]
    number = sum(any(item.bears_on == question for item in items) for _source, items in documents)
    words = ngettext(
        "%(number)s independent source on the question", "%(number)s independent sources on the question", number
    ) % {"number": number or _("no")}
    one_reason, none_reason = getattr(verdict, "one_source_reason", ""), getattr(verdict, "no_primary_reason", "")
    if number > 1:
        found.good.append(words)
    elif one_reason:
        found.good.append(_("%(words)s; that suffices because: %(reason)s") % {"words": words, "reason": one_reason})
    else:
        found.missing.append(words)
    primary = [item.key for item in here if item.source_kind in _PRIMARY]
    if primary:
        found.good.append(_("primary: %(keys)s") % {"keys": _listed(primary)})
    elif none_reason:
        found.good.append(_("no primary source, because: %(reason)s") % {"reason": none_reason})
    else:
        found.missing.append(_("no primary source"))


def _one_origin(source: Source, items: Sequence[Evidence]) -> str:
    told = ", ".join(part for part in (source.publisher, partial_date(source.published)) if part)
    document = _("“%(title)s” (%(told)s)") if told else _("“%(title)s”")
    return _("%(keys)s have one origin and count as one: %(document)s") % {
        "keys": _listed([item.key for item in items]),
        "document": document % {"title": source.title, "told": told},
    }


def _listed(keys: list[str]) -> str:
    return get_text_list(keys, _("and"))
