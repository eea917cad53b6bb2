"""The fields of a claim in words: how a path is called, and how a value reads.

Forms take their labels from here, so that a form, a conflict and the history call a field by the same name.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.utils import dateformat
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, get_language_info, gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from claims.forms import figures
from claims.language.quantities import DATE
from claims.models import Claim, Outlet, Rating, Snapshot, Source, Speaker
from claims.services import people
from claims.vocabulary import (
    Action,
    Channel,
    Checkability,
    ClaimKind,
    Finding,
    JudgedBy,
    Naming,
    Priority,
    PublicationKind,
    Question,
    ReplyWay,
    Risk,
    SourceKind,
    SpeakerKind,
    Stance,
    Status,
    VoiceMode,
    Word,
)

NAMES: dict[str, Any] = {
    "status": gettext_lazy("Stage"),
    "speaker": gettext_lazy("Speaker"),
    "kinds": gettext_lazy("Kinds"),
    "topics": gettext_lazy("Topics"),
    "checkability": gettext_lazy("Checkability"),
    "checkable_from": gettext_lazy("Checkable from"),
    "metric": gettext_lazy("Measured by"),
    "threshold": gettext_lazy("Comes true from"),
    "resolved_at": gettext_lazy("Where the outcome will be told"),
    "looks_again": gettext_lazy("The desk looks again on"),
    "elements": gettext_lazy("What is right and what is not"),
    "calculations": gettext_lazy("Calculations"),
    "priority": gettext_lazy("Priority"),
    "risk": gettext_lazy("Risk"),
    "assignee": gettext_lazy("Assignee"),
    "due_on": gettext_lazy("Due"),
    "quantities": gettext_lazy("Quantities"),
    "parked_until": gettext_lazy("On hold until"),
    "parked_reason": gettext_lazy("On hold because"),
    "decline_reason": gettext_lazy("Not checked because"),
    "duplicate_of": gettext_lazy("The same as"),
    "publish_at": gettext_lazy("To be published at"),
    "statement": gettext_lazy("Statement"),
    "why": gettext_lazy("Why we check this"),
    "question": gettext_lazy("Question"),
    "rating": gettext_lazy("Rating"),
    "judged_by": gettext_lazy("Judged by"),
    "researched_until": gettext_lazy("Researched until"),
    "one_source_reason": gettext_lazy("Why one source suffices"),
    "no_primary_reason": gettext_lazy("Why there is no primary source"),
    "not_asked_reason": gettext_lazy("Why the claimant was not asked"),
    "early_reason": gettext_lazy("Why this does not wait for a reply"),
    "change_kind": gettext_lazy("Kind of change"),
    "headline": gettext_lazy("Headline"),
    "summary": gettext_lazy("Summary"),
    "rationale": gettext_lazy("Rationale"),
    "other_finding": gettext_lazy("The other finding"),
    "today": gettext_lazy("Today"),
    "change_note": gettext_lazy("Public note on the change"),
    "up_to_date": gettext_lazy("Up to date with the other languages"),
    "source": gettext_lazy("Source"),
    "publisher": gettext_lazy("Publisher"),
    "title": gettext_lazy("Title"),
    "url": gettext_lazy("Address"),
    "published": gettext_lazy("Date"),
    "source_kind": gettext_lazy("Kind of source"),
    "interest": gettext_lazy("The publisher's interest"),
    "language": gettext_lazy("Language"),
    "excerpt": gettext_lazy("Excerpt"),
    "stance": gettext_lazy("Stance"),
    "bears_on": gettext_lazy("Bears on"),
    "note": gettext_lazy("Note for the desk"),
    "redaction_reason": gettext_lazy("Why the source is not named"),
    "seen_how": gettext_lazy("Seen how"),
    "snapshot": gettext_lazy("File"),
    "publishable": gettext_lazy("May be published"),
    "seen_by": gettext_lazy("Seen by"),
    "seen_at": gettext_lazy("Seen at"),
    "removed": gettext_lazy("Taken out"),
    "evidence_order": gettext_lazy("Order of the evidence"),
    "confidential": gettext_lazy("Confidential"),
    "derives_from": gettext_lazy("Repeats"),
    "exact": gettext_lazy("Quotation"),
    "start": gettext_lazy("Where the quotation begins"),
    "end": gettext_lazy("Where the quotation ends"),
    "voices": gettext_lazy("Voices"),
    "name": gettext_lazy("Name"),
    "kind": gettext_lazy("Kind"),
    "role": gettext_lazy("Role"),
    "party": gettext_lazy("Party"),
    "same_as": gettext_lazy("Wikidata item"),
    "merged_into": gettext_lazy("Merged into"),
    "addressee": gettext_lazy("Who is asked"),
    "contact": gettext_lazy("How they are reached"),
    "channel": gettext_lazy("By which way"),
    "wording": gettext_lazy("What was asked"),
    "asked_on": gettext_lazy("Asked on"),
    "until": gettext_lazy("May answer until"),
    "link_hash": gettext_lazy("Link for the reply"),
    "link_until": gettext_lazy("The link ends"),
    "link_used_at": gettext_lazy("The link was used"),
    "replies": gettext_lazy("Replies"),
    "included": gettext_lazy("Readers see it"),
    "words": gettext_lazy("The words of the reply"),
    "received_on": gettext_lazy("Received on"),
    "way": gettext_lazy("How it came"),
    "reason": gettext_lazy("Reason"),
    "reader": gettext_lazy("Asked to read"),
    "user": gettext_lazy("Person"),
    "topic": gettext_lazy("Topic"),
    "away_from": gettext_lazy("Away from"),
    "away_until": gettext_lazy("Away until"),
    "ended_at": gettext_lazy("Ended"),
}


_OF_CALCULATIONS: dict[str, Any] = {
    "labels": gettext_lazy("What is calculated"),
    "inputs": gettext_lazy("Inputs"),
    "expression": gettext_lazy("Calculation"),
    "result": gettext_lazy("Result"),
    "unit": gettext_lazy("Unit"),
    "places": gettext_lazy("Decimal places"),
    "notes": gettext_lazy("Note"),
    "removed": NAMES["removed"],
}


def _kind(code: str) -> Word:
    """A record's own kind: a speaker's, or a source's."""
    return SpeakerKind(code) if code in set(SpeakerKind) else SourceKind(code)


_WORDS: dict[str, Callable[[str], Word]] = {
    "status": Status,
    "kind": _kind,
    "kinds": ClaimKind,
    "checkability": Checkability,
    "priority": Priority,
    "risk": Risk,
    "question": Question,
    "bears_on": Question,
    "naming": Naming,
    "mode": VoiceMode,
    "judged_by": JudgedBy,
    "change_kind": PublicationKind,
    "source_kind": SourceKind,
    "stance": Stance,
    "channel": Channel,
    "way": ReplyWay,
}

_ROWS: dict[str, type[Any]] = {
    "speaker": Speaker,
    "assignee": User,
    "reader": User,
    "user": User,
    "seen_by": User,
    "rating": Rating,
    "source": Source,
    "derives_from": Source,
    "snapshot": Snapshot,
    "duplicate_of": Claim,
}
"""The fields whose value is a row's key."""


def language_name(code: str) -> str:
    """ "de" as the reader calls it; an unknown code stays a code."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


def in_language(texts: Mapping[str, str] | None) -> str:
    """The entry for the reader's language, else the first there is."""
    wanted = (get_language() or "").partition("-")[0]
    return (texts or {}).get(wanted) or next(iter((texts or {}).values()), "")


def field_name(path: str) -> str:
    """A path in words: ``evidence.BA1.excerpt`` is "Evidence BA1: Excerpt"."""
    match path.split("."):
        case ["texts", language, name] | ["verdict", "texts", language, name]:
            return _("%(field)s (%(language)s)") % {"field": _name(name), "language": language_name(language)}
        case ["evidence", key]:
            return _("Evidence %(key)s") % {"key": key}
        case ["evidence", key, name]:
            return _("Evidence %(key)s: %(field)s") % {"key": key, "field": _name(name)}
        case ["calculations", key, name]:
            return _("Calculation %(key)s: %(field)s") % {"key": key, "field": _of_calculation(name)}
        case ["replies", key, name] if key.isdigit():
            return _("Reply %(number)s: %(field)s") % {"number": key, "field": _name(name)}
        case ["conflicts", key, name]:
            return _("Conflict of interest %(number)s: %(field)s") % {"number": key, "field": _name(name)}
        case [*_parents, name]:
            return _name(name)
    return path


def group_name(path: str) -> str:
    """What the field belongs to, where one change often writes many of the same: "Evidence BA1"; else empty."""
    match path.split("."):
        case ["evidence", key, _field]:
            return _("Evidence %(key)s") % {"key": key}
        case ["calculations", key, _field]:
            return _("Calculation %(key)s") % {"key": key}
        case ["replies", key, _field] if key.isdigit():
            return _("Reply %(number)s") % {"number": key}
        case ["conflicts", key, _field]:
            return _("Conflict of interest %(number)s") % {"number": key}
        case ["quantities", *_rest]:
            return _name("quantities")
    return ""


def short_name(path: str) -> str:
    """The field's name where its group is named already."""
    if path.startswith("calculations."):
        return _of_calculation(_last(path))
    return _name(_last(path)) if group_name(path) else field_name(path)


def _of_calculation(name: str) -> str:
    return str(_OF_CALCULATIONS.get(name) or _name(name))


def _name(name: str) -> str:
    return str(NAMES.get(name, name.replace("_", " ")))


def language_of(path: str) -> str:
    """The language of the words that stand at ``path``; empty where it has none of its own."""
    match path.split("."):
        case ["texts", language, _field] | ["verdict", "texts", language, _field]:
            return language
    return ""


MERGES: dict[str, Any] = {
    "into": gettext_lazy("Merged into"),
    "merged": gettext_lazy("Merged into this one"),
    "came_with": gettext_lazy("Went along with"),
    "parted_from": gettext_lazy("No longer merged into"),
    "parted": gettext_lazy("No longer merged into this one"),
    "left_with": gettext_lazy("Went back with"),
}
"""What the ledger notes of a merge: the other record, by its UUID."""


def merged_records(facts: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The names of the records that entries of merges are about, by UUID: two queries, and none without a merge."""
    found = {str(one[fact]) for one in facts for fact in MERGES if fact in one}
    if not found:
        return {}
    rows = [row for model in (Speaker, Outlet) for row in model.objects.filter(uuid__in=found)]
    return {str(row.uuid): row.name for row in rows}


class Wording:
    """Values in words. Rows that values point to are read once for all of them: one query for each kind of row."""

    def __init__(self, values: Iterable[tuple[str, Any]]) -> None:
        wanted: dict[type[Any], set[int]] = {}
        for path, value in values:
            model = _ROWS.get(_last(path))
            if model is not None and isinstance(value, int):
                wanted.setdefault(model, set()).add(value)
            if _last(path) == "voices":
                speakers = {voice["speaker"] for voice in value or () if voice["speaker"]}
                wanted.setdefault(Speaker, set()).update(speakers)
        self._rows = {model: model._base_manager.in_bulk(keys) for model, keys in wanted.items()}

    def of(self, path: str, value: Any) -> str:
        """``value`` of the field at ``path`` (as the ledger holds it) as a person reads it; empty for nothing."""
        name = _last(path)
        if value in (None, "", [], {}):
            return ""
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if name in _ROWS and isinstance(value, int):
            return self._row(_ROWS[name], value)
        if name in _PARTS and isinstance(value, dict | list):
            return _PARTS[name](value)
        if isinstance(value, list):
            if name == "quantities":
                return "\n".join(_quantity(item) for item in value)
            if name == "voices":
                return "; ".join(self._voice(item) for item in value)
            return ", ".join(_word(name, item) for item in value)
        return _word(name, value)

    def _voice(self, item: Mapping[str, Any]) -> str:
        """ "Baidu (implied) asserts": who speaks, and how."""
        who = self._row(Speaker, item["speaker"]) if item["speaker"] else _("Unknown")
        if item["naming"] == Naming.IMPLIED:
            who = f"{who} ({_word('naming', item['naming'])})"
        return f"{who} {_word('mode', item['mode'])}"

    def _row(self, model: type[Any], key: int) -> str:
        row = self._rows.get(model, {}).get(key)
        if row is None:
            return _("no. %(number)s") % {"number": key}
        if isinstance(row, User):
            return people.name_of(row)
        if isinstance(row, Rating):
            return in_language(row.labels)
        if isinstance(row, Claim):
            return _("Claim %(number)s") % {"number": key}
        return str(row)


def _last(path: str) -> str:
    return path.rpartition(".")[2]


_DATES = {
    *("checkable_from", "looks_again", "due_on", "parked_until", "researched_until"),
    *("asked_on", "until", "received_on"),
    *("away_from", "away_until"),
}
_MOMENTS = {"publish_at", "seen_at", "link_until", "link_used_at", "ended_at"}


def _word(name: str, value: Any) -> str:
    if name in _WORDS:
        try:
            return _(_WORDS[name](str(value)).label)
        except ValueError:
            return str(value)
    if name == "published":
        return partial_date(str(value))
    if name in _DATES:
        parsed = parse_date(str(value))
        return day(parsed) if parsed else str(value)
    if name in _MOMENTS:
        moment = parse_datetime(str(value).replace("Z", "+00:00"))
        if moment:
            return date_format(localtime(moment), pgettext("date format, day and time", "j F Y, H:i"))
    if name == "language":
        return language_name(str(value))
    if name == "link_hash":
        return _("made; it was shown once")
    return str(value)


_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


def duration(length: timedelta, *, at_most: bool = False) -> str:
    """ "3 hours", in the largest unit of which there are at least two; rounded down, or up for ``at_most``."""
    unit = next((unit for unit in (_DAY, _HOUR) if length >= 2 * unit), timedelta(minutes=1))
    number = max(math.ceil(length / unit) if at_most else length // unit, 1)
    if unit == _DAY:
        words = ngettext("%(number)s day", "%(number)s days", number)
    elif unit == _HOUR:
        words = ngettext("%(number)s hour", "%(number)s hours", number)
    else:
        words = ngettext("%(number)s minute", "%(number)s minutes", number)
    return words % {"number": number}


def day(value: date) -> str:
    return dateformat.format(value, pgettext("date format, day", "j F Y"))


def partial_date(value: str | date | None) -> str:
    """A reduced-precision ISO date in words: 2025, March 2025, 19 March 2025; an interval has two of them.

    What is no date is shown as it is.
    """
    if not value:
        return ""
    if isinstance(value, str) and "/" in value:
        return " – ".join(partial_date(part) for part in value.split("/"))
    if isinstance(value, date):
        value = value.isoformat()[:10]
    try:
        parts = [int(part) for part in value[:10].split("-")]
        first = date(*[*parts, 1, 1][:3]) if len(parts) < 3 else date(*parts)
    except (TypeError, ValueError, OverflowError):
        return value
    if len(parts) == 1:
        return str(first.year)
    if len(parts) == 2:
        return dateformat.format(first, pgettext("date format, month and year", "F Y"))
    return day(first)


def _number(value: str | None) -> str | None:
    """A number as the reader's language writes it; from five digits on its thousands are set apart."""
    if value is None:
        return None
    number = Decimal(value)
    return number_format(number, force_grouping=abs(number) >= 10_000)


def _quantity(item: Mapping[str, Any]) -> str:
    """ "about 90 to 95 % than OpenAI o1", as far as its parts are filled."""
    low, high = _number(item.get("low")), _number(item.get("high"))
    number = f"{low}–{high}" if low is not None and high is not None and low != high else (low or high or "")
    unit, comparator = item.get("unit"), item.get("comparator")
    if unit == DATE:  # the analysis of "on 18 March": the date says all of it
        unit, comparator = "", "" if comparator == "=" else comparator
    parts = [comparator, number, unit, item.get("reference"), partial_date(item.get("date"))]
    if item.get("deadline"):
        parts.append(_("until %(date)s") % {"date": partial_date(item["deadline"])})
    return " ".join(str(part) for part in parts if part)


def _by_language(texts: Mapping[str, str]) -> str:
    """What is written in each language; where there is one alone, its name is left out."""
    if len(texts) == 1:
        return next(iter(texts.values()))
    return "\n".join(f"{language_name(language)}: {words}" for language, words in texts.items())


def _input(part: Mapping[str, Any]) -> str:
    """ "o1 = 60 USD (price of o1), DR5": one input of a calculation."""
    words = f"{part['name']} = {figures.with_unit(figures.number(part['value']), part['unit'])}"
    label = in_language(part["labels"])
    return ", ".join(filter(None, [f"{words} ({label})" if label else words, part["evidence"]]))


def _element(part: Mapping[str, Any]) -> str:
    """ "Right: rents rose (R1)": one part of the statement."""
    found = part["finding"]
    finding = _(Finding(found).label) if found in set(Finding) else found
    keys = f" ({', '.join(part['evidence'])})" if part["evidence"] else ""
    return f"{finding}: {in_language(part['texts'])}{keys}"


def _calculation(whole: Mapping[str, Any]) -> str:
    """A calculation of a content, in lines."""
    shown = figures.figure(whole)
    lines = [in_language(shown.labels), *map(_input, whole["inputs"])]
    lines += [f"{shown.filled or shown.expression} {shown.equals} {shown.result}", in_language(shown.notes)]
    return "\n".join(line for line in lines if line)


_PARTS: dict[str, Callable[[Any], str]] = {
    "labels": _by_language,
    "notes": _by_language,
    "inputs": lambda parts: "\n".join(map(_input, parts)),
    "elements": lambda parts: "\n".join(map(_element, parts)),
    "calculations": lambda parts: "\n\n".join(map(_calculation, parts)),
}
"""What is kept as a whole and reads as lines."""

_UNDONE = frozenset({"parted_from", "parted", "left_with"})


_DONE: dict[str, Any] = {
    Action.ACCEPT: pgettext_lazy("done", "Taken on"),
    Action.DECLINE: pgettext_lazy("done", "Decided not to check it"),
    Action.LINK: pgettext_lazy("done", "Linked as the same"),
    Action.RESTORE: pgettext_lazy("done", "Restored"),
    Action.PARK: pgettext_lazy("done", "Put on hold"),
    Action.WAKE: pgettext_lazy("done", "Resumed"),
    Action.SUBMIT: pgettext_lazy("done", "Handed in"),
    Action.SEND_BACK: pgettext_lazy("done", "Sent back"),
    Action.APPROVE: pgettext_lazy("done", "Approved"),
    Action.REVISE: pgettext_lazy("done", "Back to the second read"),
    Action.SCHEDULE: pgettext_lazy("done", "Scheduled"),
    Action.PUBLISH: pgettext_lazy("done", "Published"),
    Action.REOPEN: pgettext_lazy("done", "Reopened"),
    Action.RETRACT: pgettext_lazy("done", "Withdrawn"),
    Action.MARK: pgettext_lazy("done", "Marked"),
    Action.EDIT: pgettext_lazy("done", "Edited"),
    Action.ASSIGN: pgettext_lazy("done", "Assigned"),
    Action.COMMENT: pgettext_lazy("done", "Commented"),
    Action.RESOLVE: pgettext_lazy("done", "Comment resolved"),
    Action.SUGGEST: pgettext_lazy("done", "Wording suggested"),
    Action.TAKE: pgettext_lazy("done", "Suggestion taken"),
    Action.DISMISS: pgettext_lazy("done", "Suggestion dismissed"),
    Action.ANCHOR: pgettext_lazy("done", "Quotations placed"),
    Action.SPLIT: pgettext_lazy("done", "Split"),
    Action.WITHHOLD: pgettext_lazy("done", "Taken offline"),
    Action.LIFT: pgettext_lazy("done", "Put back online"),
    Action.ERASE: pgettext_lazy("done", "Erased by order"),
    Action.CREATE: pgettext_lazy("done", "Created"),
    Action.CHANGE: pgettext_lazy("done", "Changed"),
    Action.CAPTURE: pgettext_lazy("done", "Copy received"),
    Action.CONFIRM: pgettext_lazy("done", "Text confirmed"),
    Action.MEND: pgettext_lazy("done", "Text mended"),
    Action.APPEARED: pgettext_lazy("done", "Also appeared elsewhere"),
    Action.SET_ASIDE: pgettext_lazy("done", "Sentence set aside"),
    Action.BRING_BACK: pgettext_lazy("done", "Sentence brought back"),
    Action.MERGE: pgettext_lazy("done", "Merged"),
    Action.PRESERVE: pgettext_lazy("done", "File preserved"),
    Action.RELEASE: pgettext_lazy("done", "Release of a file decided"),
    Action.EXCLUDE: pgettext_lazy("done", "Excluded as evidence"),
    Action.ASK: pgettext_lazy("done", "Asked for a reply"),
    Action.REPLY: pgettext_lazy("done", "Reply recorded"),
    Action.HAND_OVER: pgettext_lazy("done", "Handed over"),
    Action.DECLARE: pgettext_lazy("done", "Conflict of interest declared"),
    Action.TAKE_BACK: pgettext_lazy("done", "Conflict of interest ended"),
    Action.AWAY: pgettext_lazy("done", "Absence noted"),
}
"""An action as the history tells it, where a button asks for it: "Approved" after "Approve"."""


def action_name(action: str, facts: Mapping[str, Any]) -> str:
    """What was done, in words; where another record's action wrote to this one, what that did here."""
    if _UNDONE & facts.keys():
        return _("Take a merge back")
    if "unpublished" in facts:
        return _("Noted that it could not be published")
    if "copied_to" in facts:
        return _("Quotations copied")
    if "included_again" in facts:
        return _("Let count as evidence again")
    return str(_DONE.get(action, action))
