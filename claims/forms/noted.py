"""What ledger entries note of other claims, of quotations and of sentences, in words; desk and admin tell it alike."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims.forms.wording import field_name, in_language, language_name
from claims.language.files import FileKind
from claims.models import Article, Claim, Quotation, ReplyRequest, Review, Suggestion, WithholdingScope
from claims.services import people
from claims.vocabulary import AnchorState, PublicationKind, SuggestionState, WithholdingReason, Word

SHORT = 100
"""Characters of a quotation by which one knows it."""

_CLAIMS = ("same_as", "split_into", "split_from", "copied_to", "copied_from", "claims", "taken_out")
_REQUESTS = ("request", "taken_out_of")
_ARTICLES = ("article", "other")

_PAGES = {
    "excluded": gettext_lazy("Cannot count as evidence"),
    "included_again": gettext_lazy("Can count as evidence again"),
}

_SAID_OR_SILENT = ("moved", "quotations", "copied", "other", "snapshots", "released", "unpublished")
_SAID_OR_SILENT += ("review", "suggestion", "suggested_by")
"""Facts that another line has said, or that no person reads."""

_OF_A_FILE = ("sha256", "media_type", "size", "name", "url", "origin")

Facts = Mapping[str, Any]
Remarks = list[tuple[str, str]]


class Noted:
    """The rows that entries name, read once for all of them: at most one query for each kind of row.

    ``address`` gives the page of a claim, which its number leads to.
    """

    def __init__(self, notes: Iterable[Facts], *, address: Callable[[Claim], str]) -> None:
        notes = list(notes)
        claims = {uuid for facts in notes for name in _CLAIMS for uuid in _listed(facts.get(name))}
        articles = {uuid for facts in notes for name in _ARTICLES for uuid in _listed(facts.get(name))}
        keys = {int(key) for facts in notes for key in (*_listed(facts.get("confirmed")), *facts.get("anchors", ()))}
        self._claims = {str(one.uuid): one for one in Claim.objects.filter(uuid__in=claims)} if claims else {}
        self._articles = dict(_titles(articles)) if articles else {}
        requests = {str(facts[name]) for facts in notes for name in _REQUESTS if name in facts}
        self._requests = (
            {str(one.uuid): one for one in ReplyRequest.objects.filter(uuid__in=requests)} if requests else {}
        )
        remarks = {facts["review"] for facts in notes if "review" in facts}
        proposed = {facts["suggestion"] for facts in notes if "suggestion" in facts}
        self._remarks = dict(Review.objects.filter(pk__in=remarks).values_list("pk", "comment")) if remarks else {}
        self._suggestions = (
            Suggestion.objects.filter(pk__in=proposed).select_related("by").in_bulk() if proposed else {}
        )
        self._words = dict(Quotation.objects.filter(pk__in=keys).values_list("pk", "exact")) if keys else {}
        self._address = address

    def of(self, facts: Facts, fields: Mapping[str, Any]) -> tuple[Remarks, Facts]:
        """What ``facts`` say, each with its name; and those that are left, of which nothing is said here."""
        named, rest = self._named(facts, fields)
        said, rest = _said(rest)
        if "content_hash" in facts and not {"kind", "approvals_needed"} & facts.keys() and "status" not in fields:
            said.append(("", _("A second person is still asked for.")))  # an approval that moved nothing
        return [*named, *said], rest

    def _named(self, facts: Facts, fields: Mapping[str, Any]) -> tuple[Remarks, Facts]:
        """What facts say that name rows."""
        if "confirmed" in facts:
            return self._decided(facts), _without(facts, "confirmed", "state", "version")
        if "anchors" in facts:
            return self._looked_for(facts), _without(facts, "anchors", "version", "article")
        if {"snapshot", "sha256"} <= facts.keys():
            return _about_file(facts), _without(facts, "snapshot", *_OF_A_FILE)
        if {"start", "end", "version"} <= facts.keys():
            return [(_("Sentence"), _place(facts))], _without(facts, "start", "end", "version")
        if "told" in facts:
            return [(_("Reason"), in_language(facts["told"]))], _without(facts, "told", "reason")
        found = [*self._about_claims(facts, fields), *self._about_requests(facts), *_about_quotations(facts)]
        found += self._about_remarks(facts)
        found += [(str(name), str(facts[fact])) for fact, name in _PAGES.items() if fact in facts]
        if "other" in facts:
            found.append((_("Also appeared in"), self._articles.get(str(facts["other"]), str(facts["other"]))))
        return found, _without(facts, *_CLAIMS, *_REQUESTS, *_PAGES, *_SAID_OR_SILENT)

    def _about_claims(self, facts: Facts, fields: Mapping[str, Any]) -> Remarks:
        names = {
            "same_as": _("Closed as the same as this one"),
            "split_into": _("Split; the second claim is"),
            "split_from": _("Split from"),
            "copied_to": _("Quotations copied back to"),
            "copied_from": _("Quotations copied back from"),
            "claims": _("Asked about"),
            "taken_out": _("No longer asked about"),
        }
        if "duplicate_of" in fields:  # The claim that closed: there the field itself says which one stays.
            del names["same_as"]
        return [
            (name, self._claim(uuid)) for fact, name in names.items() if fact in facts for uuid in _listed(facts[fact])
        ]

    def _about_requests(self, facts: Facts) -> Remarks:
        names = {"request": _("Request"), "taken_out_of": _("No longer part of the request")}
        return [(name, self._request(str(facts[fact]))) for fact, name in names.items() if fact in facts]

    def _about_remarks(self, facts: Facts) -> Remarks:
        """The comment that was resolved, and the suggestion that was decided: the entry has their numbers alone."""
        found: Remarks = []
        if self._remarks.get(facts.get("review")):
            found.append((_("Comment"), self._remarks[facts["review"]]))
        suggestion = self._suggestions.get(facts.get("suggestion"))
        if suggestion is not None:
            if facts.get("state") != SuggestionState.TAKEN:  # then the field itself has the words
                found.append((_suggested_for(suggestion.path), suggestion.proposed))
            found.append((_("Suggested by"), people.name_of(suggestion.by)))
        return found

    def _request(self, uuid: str) -> str:
        request = self._requests.get(uuid)
        if request is None:
            return uuid
        return format_html('<a href="{}">{}</a>', reverse("desk:request", args=[request.pk]), request.addressee)

    def _claim(self, uuid: Any) -> str:
        claim = self._claims.get(str(uuid))
        if claim is None:
            return str(uuid)
        words = _("Claim %(number)s") % {"number": claim.pk}
        return format_html('<a href="{}">{}</a>', self._address(claim), words)

    def _decided(self, facts: Facts) -> Remarks:
        """A person's word about where a quotation stands."""
        sentences = {
            AnchorState.LOST: _("It is gone: “%(words)s”"),
            AnchorState.CHANGED: _("It stands there in other words, or in another sentence: “%(words)s”"),
        }
        sentence = sentences.get(facts.get("state"), _("It stands there word for word: “%(words)s”"))
        words = sentence % {"words": self._quoted(facts["confirmed"])}
        if "version" not in facts:
            return [(_("Decided"), words)]
        return [(_("Decided for version %(number)s") % {"number": facts["version"]}, words)]

    def _looked_for(self, facts: Facts) -> Remarks:
        name = _("Looked for in version %(number)s of “%(title)s”") % {
            "number": facts.get("version", ""),
            "title": self._articles.get(str(facts.get("article")), ""),
        }
        lines = [
            _("“%(words)s”: %(state)s") % {"words": self._quoted(key), "state": _state(state)}
            for key, state in facts["anchors"].items()
        ]
        return [(name, "\n".join(lines))]

    def _quoted(self, key: Any) -> str:
        words = " ".join(self._words.get(int(key), "").split())
        return words if len(words) <= SHORT else f"{words[:SHORT].rstrip()}…"


def _said(facts: Facts) -> tuple[Remarks, Facts]:
    """The reasons and whatever else an action noted in words of its own; and the facts that are left."""
    found: Remarks = []
    if facts.get("revised"):
        found.append(("", _("Back to the second read by itself, since the content was changed.")))
    if facts.get("comment"):
        found += _where(facts) if "proposed" not in facts else []
        found.append((_("Comment"), str(facts["comment"])))
    if isinstance(facts.get("reason"), str) and facts["reason"]:
        is_code = facts["reason"] in set(WithholdingReason)
        found.append((_("Reason"), _label(WithholdingReason, facts["reason"]) if is_code else facts["reason"]))
    public = [(name, facts[name]) for name in ("reasons", "note") if isinstance(facts.get(name), dict)]
    for _name, words in public:
        found += [
            (_("What the public reads (%(language)s)") % {"language": language_name(language)}, str(sentence))
            for language, sentence in words.items()
        ]
    if facts.get("scope"):
        found.append((_("What was meant"), _meant(facts)))
    if facts.get("kind"):
        found.append((_("Version"), _label(PublicationKind, facts["kind"])))
    if facts.get("proposed"):
        found.append((_suggested_for(facts.get("path", "")), str(facts["proposed"])))
    if facts.get("state"):
        found.append((_("Suggestion"), _label(SuggestionState, facts["state"])))
    told = ["revised", "comment", "passage", "reason", "kind", "proposed", "state", *(name for name, _words in public)]
    told += ["scope", "number", "language"] if facts.get("scope") else []
    told += ["path"] if {"comment", "proposed"} & facts.keys() else []
    return found, _without(facts, *told)


def _where(facts: Facts) -> Remarks:
    """What a comment is on: a text, or words of it."""
    found = [(_("On"), field_name(facts["path"]))] if facts.get("path") else []
    return [*found, *([(_("On the words"), str(facts["passage"]))] if facts.get("passage") else [])]


def _suggested_for(path: str) -> str:
    return _("Suggested for “%(field)s”") % {"field": field_name(path)}


def _meant(facts: Facts) -> str:
    """What was taken offline or put back: all of it, a version, or a language."""
    if facts.get("number"):
        return _("version %(number)s") % {"number": facts["number"]}
    return language_name(facts["language"]) if facts.get("language") else _label(WithholdingScope, facts["scope"])


def _label(words: type[Word], code: Any) -> str:
    return _(words(str(code)).label) if code in set(words) else str(code)


def _about_file(facts: Facts) -> Remarks:
    """A file that was kept for a source: what it is, where it is from and by what it is known."""
    media_type = str(facts["media_type"])
    kind = _(FileKind(media_type).label) if media_type in set(FileKind) else media_type
    words = {"kind": kind, "size": filesizeformat(facts["size"])}
    named = [(_("Name"), str(facts["name"])), (_("Address"), str(facts["url"])), ("SHA-256", str(facts["sha256"]))]
    return [(_("File"), _("%(kind)s, %(size)s") % words), *((name, value) for name, value in named if value)]


def _about_quotations(facts: Facts) -> Remarks:
    names = {"moved": _("Quotations that moved"), "copied": _("Quotations that were copied")}
    return [(name, "\n".join(facts[fact])) for fact, name in names.items() if facts.get(fact)]


def _place(facts: Facts) -> str:
    return _("version %(number)s, characters %(start)s to %(end)s") % {
        "number": facts["version"],
        "start": facts["start"],
        "end": facts["end"],
    }


def _state(code: str) -> str:
    return _(AnchorState(code).label) if code in set(AnchorState) else code


def _titles(uuids: Iterable[str]) -> list[tuple[str, str]]:
    rows = Article.objects.filter(uuid__in=uuids).values_list("uuid", "title")
    return [(str(uuid), title) for uuid, title in rows]


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _without(facts: Facts, *names: str) -> Facts:
    return {name: value for name, value in facts.items() if name not in names}
