"""The claim page's form: all forms of the desk in one, each field named by its edit path.

So one post is one set of edits, which is one service call. The desk's forms give the fields, their words and their
limits; nothing is described a second time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.admin import site
from django.contrib.admin.widgets import AutocompleteSelect
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims.admin.base import Section, lock
from claims.forms.claims import AssignForm, ClaimForm, TextForm
from claims.forms.edits import EditForm, Later, Line, choices
from claims.forms.evidence import KEY, EvidenceForm
from claims.forms.verdict import VerdictForm
from claims.forms.wording import NAMES, field_name, in_language, language_name
from claims.models import Claim, Evidence, Source
from claims.vocabulary import Question, Stance

NEW_ITEMS = 2
"""Places for new evidence on the page; whoever needs more saves and goes on."""

_WORK = ["assignee", "due_on"]
_ABOUT = [
    "priority",
    "risk",
    "speaker",
    "kinds",
    "topics",
    "checkability",
    "checkable_from",
    "metric",
    "threshold",
    "resolved_at",
]
_OF_A_NEW_ITEM = ("key", "source", "stance", "bears_on", "excerpt", "seen_how", "note")


class WholeClaimForm(ClaimForm):
    """Everything that can be edited of a claim. Parts that were not on the posted page are left alone.

    ``also`` names evidence that the page has although it was taken out since.
    """

    def __init__(
        self, data: QueryDict | None = None, *, claim: Claim, may_set_risk: bool, also: Iterable[str] = ()
    ) -> None:
        super().__init__(data, claim=claim, may_set_risk=may_set_risk)
        self.parts: list[Section] = []
        # Kinds are a set kept as a list: the order they had is needed to tell whether somebody touched them.
        self.fields["kinds"].show_hidden_initial = True
        also = {*also, *self._items_in(data)}
        items = [item for item in claim.evidence.all() if not item.removed or item.key in also]
        self.items = {item.key: item for item in items}
        self.used_keys = {item.key for item in claim.evidence.all()}
        for language in languages(claim):
            self._take_words(TextForm(claim=claim, language=language), language)
        for item in items:
            self._take_item(item)
        for number in range(NEW_ITEMS):
            self._offer_item(number)
        self._take_verdict(VerdictForm(claim=claim))

    # Putting it together

    def _items_in(self, data: QueryDict | None) -> set[str]:
        """The evidence that the posted page had."""
        parts = (name.split(".") for name in data or ())
        return {part[1] for part in parts if len(part) == 3 and part[0] == "evidence"}

    def _take(self, part: EditForm, title: Any, *, marker: str, **options: Any) -> None:
        """Takes over a form's fields under their paths; not those of a part that the posted page did not have.

        ``marker`` is a field of the part that every browser sends, so that its absence means the part's.
        """
        if self.is_bound and part.path(marker) not in self.data:
            return
        names = []
        for name in part.edited:
            path = part.path(name)
            self.fields[path] = _compact(part.fields[name])
            self.initial[path] = part.initial.get(name)
            names.append(path)
        self.parts.append(Section(title, self, names, **options))

    def _take_words(self, part: TextForm, language: str) -> None:
        title = _("Texts: %(language)s") % {"language": language_name(language)}
        self._take(part, title, marker="statement", is_open=part.exists, language=language)

    def _take_item(self, item: Evidence) -> None:
        words = [_(Stance(item.stance).label), _(Question(item.bears_on).label), item.publisher, item.title]
        kind = _("Lead") if item.is_lead else _("Evidence")
        title = f"{kind} {item.key}: {' · '.join(word for word in words if word)}"
        note = _("Nobody has seen it, so it counts for nothing.") if item.is_lead else ""
        self._take(EvidenceForm(claim=self.claim, item=item), title, marker="stance", is_open=False, note=note)

    def _take_verdict(self, part: VerdictForm) -> None:
        part.fields["rating"].widget = forms.Select()
        part.fields["rating"].choices = [("", "—"), *_by_scale(part)]
        self._take(part, _("Verdict"), marker="question")

    def _offer_item(self, number: int) -> None:
        names = {name: f"new.{number}.{name}" for name in _OF_A_NEW_ITEM}
        if self.is_bound and names["key"] not in self.data:
            return
        about = EvidenceForm.base_fields
        self.fields[names["key"]] = Line(
            limit=32,
            label=gettext_lazy("Key"),
            help_text=gettext_lazy("How the rationale cites it: [@BA1]. Never used twice."),
        )
        self.fields[names["source"]] = forms.ModelChoiceField(
            label=NAMES["source"],
            queryset=Source.objects.all(),
            required=False,
            widget=AutocompleteSelect(Evidence._meta.get_field("source"), site),
            help_text=gettext_lazy("A document that is among the sources; its citation is taken over."),
        )
        for name, words in (("stance", Stance), ("bears_on", Question)):
            options = [("", "—"), *choices(words)]
            self.fields[names[name]] = forms.ChoiceField(label=NAMES[name], choices=options, required=False)
        for name in ("excerpt", "seen_how", "note"):
            field = about[name]
            self.fields[names[name]] = type(field)(
                limit=field.validators[0].limit_value, label=NAMES[name], help_text=field.help_text
            )
        self.parts.append(
            Section(_("New evidence"), self, list(names.values()), is_open=False, note=self._note_on_sources())
        )

    def _note_on_sources(self) -> str:
        sentences = (
            _("Left empty, nothing is added. A source that is not there yet is added under “Sources” first."),
            _("Evidence is put in order on the claim's page at the desk."),
        )
        return " ".join(sentences)

    @property
    def sections(self) -> list[Section]:
        work = Section(_("Who works on it"), self, _WORK)
        about = Section(_("The claim"), self, _ABOUT)
        numbers = Section(_("Quantities"), self, ["quantities"], rows=self.quantities, is_open=False)
        words = [part for part in self.parts if part.language]
        rest = [part for part in self.parts if not part.language and not part.is_idle]
        return [work, about, *words, numbers, *rest]

    # Reading it

    @property
    def edited(self) -> list[str]:
        return [name for name in super().edited if not name.startswith("new.")]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        self.new_keys: dict[int, str] = {}
        for number in range(NEW_ITEMS):
            if f"new.{number}.key" in self.fields:
                self._check_new(number, values)
        return values

    def _check_new(self, number: int, values: Mapping[str, Any]) -> None:
        typed = {name: values.get(f"new.{number}.{name}") for name in _OF_A_NEW_ITEM}
        if not any(typed.values()):
            return
        for name in ("key", "source", "stance", "bears_on"):
            path = f"new.{number}.{name}"
            if not typed[name] and path not in self.errors:
                self.add_error(path, _("New evidence needs this; or leave all of it empty."))
        key = str(typed["key"] or "")
        if key and not KEY.fullmatch(key):
            self.add_error(f"new.{number}.key", _("A key is letters and digits, such as BA1."))
        elif key in self.used_keys or key in self.new_keys.values():
            sentence = _("The key %(key)s was used before in this claim. Choose another.") % {"key": key}
            self.add_error(f"new.{number}.key", sentence)
        elif key:
            self.new_keys[number] = key

    def value(self, name: str) -> Any:
        if name != "kinds":
            return super().value(name)
        typed = super().value(name)
        opened = self.data.getlist(self["kinds"].html_initial_name)
        return opened if set(typed) == set(opened) else typed

    def edits(self, later: Mapping[str, Later]) -> dict[str, Any]:
        found = super().edits(later)
        for item in self.items.values():
            if item.removed and found.get(f"evidence.{item.key}.removed"):  # out it is, and out it stays
                found = {path: value for path, value in found.items() if not path.startswith(f"evidence.{item.key}.")}
        for number, key in self.new_keys.items():
            for name in _OF_A_NEW_ITEM[1:]:
                value = self.cleaned_data[f"new.{number}.{name}"]
                if value:
                    found[f"evidence.{key}.{name}"] = value
        return found

    def name_at(self, path: str) -> str | None:
        """The field for a path that a service names; for a new item's, the place where it was typed."""
        match path.rstrip(".").split("."):
            case ["evidence", key, *rest] if key in self.new_keys.values():
                number = next(number for number, new in self.new_keys.items() if new == key)
                name = rest[0] if rest and rest[0] in _OF_A_NEW_ITEM else "key"
                return f"new.{number}.{name}"
            case _:
                return path if path in self.fields else None

    def ask(self, fresh: EditForm, names: list[str], later: Mapping[str, Later]) -> None:
        """Beside each other, fields need their full names: there is a headline in every language."""
        super().ask(fresh, names, later)
        self.disputes = {name: replace(one, label=field_name(name)) for name, one in self.disputes.items()}

    def write_into(self, data: QueryDict, name: str) -> None:
        super().write_into(data, name)
        if name == "kinds":
            data.setlist(self["kinds"].html_initial_name, self.current(name))


def languages(claim: Claim) -> list[str]:
    """The site's languages, and after them whatever others the claim has texts in."""
    verdict = getattr(claim, "verdict", None)
    written = {text.language for text in claim.texts.all()}
    written |= {text.language for text in verdict.texts.all()} if verdict else set()
    own = [code for code, _name in settings.LANGUAGES]
    return sorted(written, key=lambda code: (own.index(code) if code in own else len(own), code)) + [
        code for code in own if code not in written
    ]


def form_over(claim: Claim, data: QueryDict | None, *, may_set_risk: bool, is_open: bool) -> EditForm:
    """The form for a post, or for a page: whole where content may be edited, else who works on it and until when."""
    whole = is_open if data is None else "priority" in data
    return WholeClaimForm(data, claim=claim, may_set_risk=may_set_risk) if whole else AssignForm(data, claim=claim)


def form_like(posted: EditForm, claim: Claim) -> EditForm:
    """The unbound form with the fields of a posted one, evidence that was taken out meanwhile among them."""
    if not isinstance(posted, WholeClaimForm):
        return AssignForm(claim=claim)
    return WholeClaimForm(claim=claim, may_set_risk="risk" in posted.fields, also=posted.items)


def sections_of(form: EditForm, claim: Claim) -> list[Section]:
    """What the page shows: what can be edited, and below it, locked, what cannot be now."""
    if isinstance(form, WholeClaimForm):
        return form.sections
    shown = WholeClaimForm(claim=claim, may_set_risk=True)
    lock(shown)
    return [Section(_("Who works on it"), form, _WORK), *shown.sections[1:]]


def _by_scale(part: VerdictForm) -> list[tuple[str, list[tuple[int, str]]]]:
    """Ratings under the names of their scales."""
    groups: dict[str, list[tuple[int, str]]] = {}
    for key, rating in part.ratings.items():
        groups.setdefault(in_language(rating.scale.labels), []).append((key, in_language(rating.labels)))
    return list(groups.items())


def _compact(field: forms.Field) -> forms.Field:
    """Radio buttons take room that a page with everything on it does not have."""
    if isinstance(field, forms.ChoiceField) and isinstance(field.widget, forms.RadioSelect):
        field.widget = forms.Select(choices=field.choices)
        field.widget.is_required = field.required
    return field
