"""Tags and filters of all templates: words for codes, dates as precise as they are, voices as a sentence.

Everything here works on frozen content (dictionaries) and on rows alike, so that the second-read page can show
with the same templates what readers will get. Nothing here queries.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django import template
from django.conf import settings
from django.utils import dateformat, timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_info, gettext, ngettext, pgettext
from django.utils.translation import gettext_noop as _

from claims import vocabulary
from claims.forms.wording import partial_date
from claims.interchange import markup

register = template.Library()


# -- words ------------------------------------------------------------------------------------------------------


@register.filter
def label(code: str | None, vocabulary_name: str = "") -> str:
    """The word for a code in the reader's language: ``{{ item.stance|label:"Stance" }}``.

    A member of an enum knows its label; a bare code needs the enum's name. An unknown code is shown as it is:
    frozen content outlives the vocabulary it was written in.
    """
    if not code:
        return ""
    if isinstance(code, vocabulary.Word):
        return gettext(code.label)
    try:
        return gettext(getattr(vocabulary, vocabulary_name)(code).label)
    except (AttributeError, ValueError):
        return str(code)


@register.filter
def in_language(texts: Mapping[str, Any] | None, language: str | None = None) -> Any:
    """The entry for a language (else for the reader's), or the first there is, or nothing."""
    if not texts:
        return ""
    wanted = language or get_language() or ""
    return texts.get(wanted) or texts.get(wanted.partition("-")[0]) or next(iter(texts.values()))


@register.filter
def people(names: Sequence[str], between: str) -> str:
    """The names that a version was frozen with; one that had been taken away by then reads as on the desk's pages."""
    found = [(name, _FORMER.fullmatch(name)) for name in names]
    called = [gettext("former colleague %(number)s") % one.groupdict() if one else name for name, one in found]
    return between.join(called)


_FORMER = re.compile(r"former-(?P<number>\d+)")
"""See ``services.people.kept_name_of``."""


@register.simple_tag
def words(texts: Mapping[str, Any] | None, language: str = "") -> Any:
    """``in_language`` for partials whose ``language`` may not be given at all."""
    return in_language(texts, language)


@register.simple_tag
def in_words(texts: Mapping[str, str] | None, language: str = "") -> dict[str, str]:
    """``text`` in the language of the page, else in another; ``language`` is set only where it is another."""
    wanted = language or get_language() or ""
    filled = {code: text for code, text in (texts or {}).items() if text}
    if wanted in filled or not filled:
        return {"text": filled.get(wanted, ""), "language": ""}
    other, text = next(iter(filled.items()))
    return {"text": text, "language": other}


@register.filter
def get(mapping: Mapping[Any, Any] | None, key: Any) -> Any:
    """Look up by a variable: ``{{ numbers|get:item.key }}``; nothing where it is missing."""
    return (mapping or {}).get(key)


@register.filter
def language_name(code: str) -> str:
    """ "de" as the reader calls it: German, Deutsch. An unknown code stays a code."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


@register.filter
def language_own_name(code: str) -> str:
    """ "de" as those who speak it call it: Deutsch."""
    try:
        return str(get_language_info(code)["name_local"]).capitalize()
    except KeyError:
        return code


@register.filter
def foreign(text: str | None) -> SafeString:
    """Foreign text (an excerpt, a reply) as safe HTML with its paragraphs and lines."""
    return mark_safe(markup.plain(text or ""))  # noqa: S308 - the one renderer made it


@register.simple_tag
def rationale(markdown: str, numbers: Mapping[str, int] | None = None) -> SafeString:
    """A rationale as readers get it; without ``numbers`` the citations count in order of appearance."""
    if numbers is None:
        numbers = {key: place for place, key in enumerate(markup.citation_order(markdown), start=1)}
    return mark_safe(markup.render(markdown, numbers))  # noqa: S308 - the one renderer made it


@register.simple_tag
def site_name() -> str:
    return str(getattr(settings, "SITE_NAME", "") or "Factcheck")


# -- dates ------------------------------------------------------------------------------------------------------


register.filter(partial_date)


@register.filter
def moment(value: str | datetime | None) -> str:
    """A point in time (an ISO string with its zone, or a datetime) as a day and a clock time at the desk."""
    when = _aware(value)
    if when is None:
        return ""
    return date_format(timezone.localtime(when), pgettext("date format, day and time", "j F Y, H:i"))


@register.filter
def day(value: str | datetime | None) -> str:
    """The day of a point in time, at the desk."""
    when = _aware(value)
    return dateformat.format(timezone.localtime(when), pgettext("date format, day", "j F Y")) if when else ""


@register.filter
def iso(value: str | date | datetime | None) -> str:
    """What goes into ``<time datetime>``."""
    if isinstance(value, str):
        return value
    return value.isoformat() if value else ""


def _aware(value: str | datetime | None) -> datetime | None:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if value is not None and timezone.is_naive(value):
        value = timezone.make_aware(value)
    return value


# -- ratings ----------------------------------------------------------------------------------------------------

#: Shapes of the shipped ratings that have no place on a scale; a desk's own get the plain one.
_SHAPES = {
    "missing-context": "gap",
    "unproven": "unknown",
    "not-yet-checkable": "clock",
    "correctly-reported": "quote-kept",
    "inexactly-reported": "quote-shifted",
    "not-said": "quote-struck",
    "no-record": "quote-empty",
}
_TONES = {
    "missing-context": "tone-3",
    "correctly-reported": "tone-5",
    "inexactly-reported": "tone-3",
    "not-said": "tone-1",
}


@register.filter
def steps(rating: Mapping[str, Any] | None) -> list[bool]:
    """The cells of the scale from worst to best, true where the finding stands; empty without a number."""
    place = _place(rating)
    if place is None:
        return []
    value, worst, best = place
    return [step == value for step in range(worst, best + 1)]


@register.filter
def tone(rating: Mapping[str, Any] | None) -> str:
    """The class that colours a finding. Colour never stands alone: word and shape say the same."""
    place = _place(rating)
    if place is None:
        return _TONES.get((rating or {}).get("code", ""), "tone-open")
    value, worst, best = place
    return f"tone-{1 + round(4 * (value - worst) / (best - worst))}"


@register.filter
def shape(rating: Mapping[str, Any] | None) -> str:
    """The name of the mark in ``_mark.html``."""
    return "scale" if _place(rating) else _SHAPES.get((rating or {}).get("code", ""), "plain")


def _place(rating: Mapping[str, Any] | None) -> tuple[int, int, int] | None:
    """Value, worst and best in whole steps; none where the rating has no number or no room for one."""
    if not rating or rating.get("value") in (None, ""):
        return None
    try:
        value, worst, best = (round(Decimal(str(rating[name]))) for name in ("value", "worst", "best"))
    except (InvalidOperation, KeyError, ValueError):
        return None
    return (value, worst, best) if worst <= value <= best and 0 < best - worst <= 9 else None


# -- voices -----------------------------------------------------------------------------------------------------


@register.simple_tag
def voices(voice_list: Sequence[Any]) -> str:
    """Who says a quotation to whom, as the beginning of a sentence that the quotation ends.

    Voices are frozen dictionaries or rows with ``speaker``, ``is_outlet``, ``naming`` and ``mode``. Those who
    report pass on what those who assert say; nobody asserting, or somebody unknown, means "without a source".
    """
    reporting = [voice for voice in voice_list if _part(voice, "mode") == "reports"]
    asserting = [voice for voice in voice_list if _part(voice, "mode") == "asserts"]
    known = [voice for voice in asserting if _part(voice, "is_outlet") or _part(voice, "speaker")]
    if not known:
        return _without_source(reporting)
    if any(_part(voice, "is_outlet") for voice in known):
        return gettext("The article says in its own voice:")
    names = _joined([_name(voice) for voice in known])
    implied = any(_part(voice, "naming") == "implied" for voice in known)
    return _with_source(reporting, names, len(known), implied=implied)


def _without_source(reporting: Sequence[Any]) -> str:
    if not reporting:
        return gettext("Said, without a source:")
    if all(_part(voice, "is_outlet") for voice in reporting):
        return gettext("The article reports, without a source:")
    names = _joined([_name(voice, pgettext("who reports", "the article")) for voice in reporting])
    sentence = ngettext("%(names)s reports, without a source:", "%(names)s report, without a source:", len(reporting))
    return _capitalised(sentence % {"names": names})


def _with_source(reporting: Sequence[Any], names: str, count: int, *, implied: bool) -> str:
    if not reporting:
        return ngettext("%(names)s says:", "%(names)s say:", count) % {"names": names}
    through = _joined([_name(voice, pgettext("according to", "the article")) for voice in reporting])
    if implied:
        sentence = ngettext(
            "According to %(through)s, which does not name its source, %(names)s says:",
            "According to %(through)s, which does not name its sources, %(names)s say:",
            count,
        )
    else:
        sentence = ngettext(
            "According to %(through)s, %(names)s says:", "According to %(through)s, %(names)s say:", count
        )
    return sentence % {"through": through, "names": names}


def _name(voice: Any, article: str = "") -> str:
    if article and _part(voice, "is_outlet"):
        return article
    speaker = _part(voice, "speaker")
    return str(_part(speaker, "name")) if speaker else pgettext("a speaker", "an unknown source")


def _part(thing: Any, name: str) -> Any:
    return thing.get(name) if isinstance(thing, Mapping) else getattr(thing, name, None)


def _joined(names: Sequence[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return gettext("%(first)s and %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}


def _capitalised(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


# -- small helpers for partials ---------------------------------------------------------------------------------

#: What the pills of the desk show beside the statuses.
_STATES = {"withheld": _("Offline"), "live": _("Live")}


@register.filter
def status_word(code: str) -> str:
    """The word for a claim's status, or for a public state (live, withheld)."""
    return gettext(_STATES[code]) if code in _STATES else label(code, "Status")


@register.simple_tag
def time(value: str | date | datetime | None) -> SafeString | str:
    """``<time>`` with what is known of a date, and no more."""
    if not value:
        return ""
    return format_html('<time datetime="{}">{}</time>', iso(value), partial_date(value))


@register.simple_tag
def contact_email() -> str:
    return str(getattr(settings, "CONTACT_EMAIL", "") or "")


@register.simple_tag
def complaints_url() -> str:
    return str(getattr(settings, "COMPLAINTS_URL", "") or "")
