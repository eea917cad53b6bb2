"""Writing a verdict in one language: the editor with what the text rests on, and the page as readers would get it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods

from claims import composition
from claims.forms.claims import TextForm
from claims.forms.edits import EditForm
from claims.forms.wording import NAMES
from claims.interchange import markup
from claims.language import citations, invisible
from claims.models import Claim, Evidence
from claims.services import drafts
from claims.views import reading
from claims.views.desk import dossier, drafting
from claims.views.desk.access import actor, desk_view, require
from claims.vocabulary import Action
from factcheck.middleware import CONTENT_SECURITY_POLICY

EXCERPT = 90
"""Characters of an excerpt that the list of keys shows."""

WRITTEN = ("statement", "why", "headline", "summary", "rationale", "other_finding", "today")
NEEDED = ("statement", "headline", "summary", "rationale")

_FRAMING = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"
# Links lead to other windows; nothing in the page runs or is sent.
_FRAMED = (
    "default-src 'none'; "
    "style-src 'self'; "
    "img-src 'self' data:; "
    "font-src 'self'; "
    "form-action 'none'; "
    "base-uri 'none'; "
    "frame-ancestors 'self'; "
    "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
)

editor_view = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True)
class Key:
    """A piece of evidence as the writer cites it: its key, who published it, how its excerpt begins; why not."""

    key: str
    publisher: str
    title: str
    language: str
    excerpt: str
    why_not: str


# The editor


@desk_view
@editor_view
def text(request: HttpRequest, claim_id: int, language: str) -> HttpResponse:
    """The claim's words in one language: one of the site's, or one that the claim has already."""
    found = _claim_with(claim_id, language)
    require(request, Action.EDIT)
    there = dossier.languages(found)
    context = {
        "closed": dossier.why_not_editable(found),
        "language": language,
        "languages": list(dict.fromkeys([*there, *dict(settings.LANGUAGES)])),
        "there": there,
        "keys": keys(found),
        "passages": dossier.passages(found),
        "references": [_reference(found, code) for code in there if code != language],
        "others": [code for code in there if code != language],
    }
    answer = drafting.form_page(request, found, "desk/text.html", _maker(language), context, draft=draft_name(language))
    answer.headers["Content-Security-Policy"] = _FRAMING
    return answer


def draft_name(language: str) -> str:
    return f"text-{language}"


def _claim_with(claim_id: int, language: str) -> Claim:
    """The claim, for a language of the site or one that it has already; 404 for any other."""
    found = dossier.read(claim_id)
    if found is None or (language not in dict(settings.LANGUAGES) and language not in dossier.languages(found)):
        raise Http404
    return found


def _maker(language: str) -> Any:
    def make(claim: Claim, data: Any = None) -> EditForm:
        return TextForm(data, claim=claim, language=language)

    return make


def keys(claim: Claim) -> list[Key]:
    """What a text can cite, and below it what it cannot cite yet."""
    found = [_key(item) for item in claim.evidence.all()]
    return sorted(found, key=lambda key: bool(key.why_not))


def _key(item: Evidence) -> Key:
    return Key(
        key=item.key,
        publisher=item.publisher,
        title=item.title,
        language=item.language,
        excerpt=Truncator(" ".join(item.excerpt.split())).chars(EXCERPT),
        why_not=_("A lead: nobody has seen it yet, so it cannot be cited.") if item.is_lead else "",
    )


def _reference(claim: Claim, language: str) -> dict[str, Any]:
    """The words of another language, to write by; as they were typed, with their citations."""
    form = TextForm(claim=claim, language=language)
    return {
        "language": language,
        "fields": [(NAMES[name], form.initial[name], name) for name in WRITTEN if form.initial[name]],
    }


# The preview


@desk_view
@editor_view
@xframe_options_sameorigin
def preview(request: HttpRequest, claim_id: int) -> HttpResponse:
    """The public page with the posted words in it, or with the person's draft. Nothing is written, nothing is kept."""
    language = request.GET.get("language") or (translation.get_language() or "").partition("-")[0]
    found = _claim_with(claim_id, language)
    require(request, Action.EDIT)
    words = _words(request, found, language)
    content = with_words(composition.compose(found, also=language), language, words)
    context = {
        "reading": _read(content, language),
        "release": _release(content, found, words),
        "problems": [*_cut_off(request, found, language), *problems(found, content, language, words)],
        "said_in": translation.get_language(),
    }
    # The page's own words are in the language of its readers; what is said about it is in the writer's.
    with translation.override(language if language in dict(settings.LANGUAGES) else translation.get_language()):
        answer = render(request, "desk/preview.html", context)
    answer.headers["Content-Security-Policy"] = _FRAMED
    return answer


def _words(request: HttpRequest, claim: Claim, language: str) -> dict[str, str]:
    """The texts to show: what was posted, valid or not, else what the editor would show now.

    Of what is too long to be saved the beginning alone: reading Markdown takes the longer the more there is.
    """
    form = TextForm(claim=claim, language=language)
    if request.method != "POST":
        own = drafts.of(actor=actor(request), claim_id=claim.pk, form=draft_name(language))
        drafting.put_into(form, own)
        return {name: str(form.initial.get(name) or "") for name in (*WRITTEN, "change_note")}
    return {name: _typed(request, form, name) for name in (*WRITTEN, "change_note")}


def _typed(request: HttpRequest, form: EditForm, name: str) -> str:
    typed = request.POST.get(name, "").replace("\x00", "")
    if name not in form.fields:
        return ""
    try:
        return str(form.fields[name].clean(typed))
    except forms.ValidationError:
        return typed[: _longest(form.fields[name])]


def _longest(field: forms.Field) -> int:
    return next(one.limit_value for one in field.validators if isinstance(one, MaxLengthValidator))


def _cut_off(request: HttpRequest, claim: Claim, language: str) -> list[str]:
    """A sentence for each posted text that is shown in part, since the whole of it cannot be saved."""
    form = TextForm(claim=claim, language=language)
    sentence = _("%(field)s is too long to be saved: at most %(limit)s characters. The rest of it is not shown here.")
    limits = {name: _longest(form.fields[name]) for name in (*WRITTEN, "change_note") if name in form.fields}
    typed = {name: request.POST.get(name, "").replace("\r\n", "\n") for name in limits}
    return [
        sentence % {"field": NAMES[name], "limit": limit} for name, limit in limits.items() if len(typed[name]) > limit
    ]


def with_words(content: Mapping[str, Any], language: str, words: Mapping[str, str]) -> dict[str, Any]:
    """A content with these texts in one language, complete or not; the one that was given stays as it is."""
    texts = {name: words[name] for name in WRITTEN}
    return {**content, "texts": {**content["texts"], language: {**texts, "up_to_date": True}}}


def _read(content: Mapping[str, Any], language: str) -> reading.Reading:
    """The page; a citation that leads nowhere is marked in the text instead of getting a number."""
    rationale = content["texts"][language]["rationale"]
    seen = {item["key"] for item in content["evidence"]}
    order = markup.citation_order(rationale)
    numbers = {key: number for number, key in enumerate(order, start=1) if key in seen}
    return reading.read(content, language, body=markup.render(rationale, numbers))


def _release(content: Mapping[str, Any], claim: Claim, words: Mapping[str, str]) -> dict[str, str] | None:
    """Kind and public note that the next version would come with; None for a first one."""
    if not composition.is_later_version(claim):
        return None
    kind = (content.get("release") or {}).get("kind")
    return {"kind": kind or "", "note": words["change_note"]}


def problems(claim: Claim, content: Mapping[str, Any], language: str, words: Mapping[str, str]) -> list[str]:
    """What the writer should know of these words, each as a sentence; nothing of it keeps them from being saved."""
    found = _citation_problems(claim, content, words["rationale"])
    empty = [str(NAMES[name]) for name in NEEDED if not words[name]]
    if empty:
        sentence = _("Still empty: %(fields)s. Without them this language is not published.")
        found.append(sentence % {"fields": ", ".join(empty)})
    if language not in dict(settings.LANGUAGES):
        found.append(_("The public site does not show this language."))
    sentence = _("%(field)s holds characters that nobody sees: %(characters)s. They are kept as they are.")
    for name, typed in words.items():
        hidden = invisible.count(typed)
        if hidden:
            found.append(sentence % {"field": NAMES[name], "characters": ", ".join(_hidden_words(hidden))})
    return found


def _citation_problems(claim: Claim, content: Mapping[str, Any], rationale: str) -> list[str]:
    seen = {item["key"] for item in content["evidence"]}
    leads = {item.key for item in claim.evidence.all() if item.is_lead}
    found = []
    for marker in citations.find(rationale):
        place = {"key": marker.key, "line": marker.line}
        if marker.key in leads:
            found.append(_("Line %(line)s: [@%(key)s] cites a lead that nobody has seen.") % place)
        elif marker.key not in seen:
            found.append(_("Line %(line)s: [@%(key)s] is not among the evidence.") % place)
    return found


def _hidden_words(hidden: Mapping[str, int]) -> Sequence[str]:
    """ "2 soft hyphens", for each kind that there is."""
    numbers = {kind: {"number": number} for kind, number in hidden.items()}
    words = {
        invisible.NO_BREAK_SPACE: lambda n: ngettext("%(number)s no-break space", "%(number)s no-break spaces", n),
        invisible.SOFT_HYPHEN: lambda n: ngettext("%(number)s soft hyphen", "%(number)s soft hyphens", n),
        invisible.ZERO_WIDTH: lambda n: ngettext(
            "%(number)s character without width", "%(number)s characters without width", n
        ),
        invisible.DIRECTION: lambda n: ngettext(
            "%(number)s change of the writing direction", "%(number)s changes of the writing direction", n
        ),
    }
    return [words[kind](number) % numbers[kind] for kind, number in hidden.items()]
