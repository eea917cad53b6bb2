"""Sample data for the page that shows all components, in development only. No row is read."""

from typing import Any

from django import forms, template

register = template.Library()

_SCALE = [
    ("true", "5", "True", "Richtig", "Accurate, nothing important missing", "Stimmt, nichts Wichtiges fehlt"),
    (
        "mostly-true",
        "4",
        "Mostly true",
        "Größtenteils richtig",
        "Core right despite slips",
        "Kern stimmt trotz Ungenauigkeiten",
    ),
    (
        "partly-false",
        "3",
        "Partly false",
        "Teilweise falsch",
        "Right and wrong about equal",
        "Richtiges und Falsches etwa gleich",
    ),
    (
        "mostly-false",
        "2",
        "Mostly false",
        "Größtenteils falsch",
        "Core wrong, a detail right",
        "Kern falsch, ein Detail stimmt",
    ),
    ("false", "1", "False", "Falsch", "The evidence contradicts it", "Die Belege widersprechen"),
    (
        "missing-context",
        None,
        "Missing context",
        "Fehlender Kontext",
        "Facts right, impression wrong",
        "Fakten richtig, Eindruck falsch",
    ),
    (
        "unproven",
        None,
        "Unproven",
        "Unbelegt",
        "Evidence does not suffice either way",
        "Die Belege reichen in keine Richtung",
    ),
    (
        "not-yet-checkable",
        None,
        "Not yet checkable",
        "Noch nicht prüfbar",
        "Open until a date",
        "Bis zu einem Datum offen",
    ),
]
_SAID = [
    (
        "correctly-reported",
        None,
        "Correctly reported",
        "Richtig wiedergegeben",
        "Sense and limits kept",
        "Sinn und Einschränkungen erhalten",
    ),
    ("inexactly-reported", None, "Inexactly reported", "Ungenau wiedergegeben", "Sense shifted", "Sinn verschoben"),
    ("not-said", None, "Not said", "Nicht gesagt", "The record contradicts it", "Die Quelle widerspricht"),
    ("no-record", None, "No record", "Nicht auffindbar", "Searched, not found", "Gesucht, nicht gefunden"),
]
_STATUSES = ["inbox", "research", "review", "approved", "published", "parked", "declined", "retracted", "withheld"]
_ARTICLE = {
    "title": "KI-Wettlauf zwischen China und den USA",
    "outlet": "Beispielzeitung",
    "author": "R. Muster",
    "published": "2025-03",
    "url": "https://example.org/artikel",
    "language": "de",
}
_ASSERTS = {"speaker": {"uuid": "", "name": "Anthropic"}, "is_outlet": False, "naming": "named", "mode": "asserts"}
_OUTLET = {"speaker": {"uuid": "", "name": "Beispielzeitung"}, "is_outlet": True, "naming": "named", "mode": "reports"}
_NOBODY = {"speaker": None, "is_outlet": False, "naming": "implied", "mode": "asserts"}


def _rating(row: tuple[str, str | None, str, str, str, str]) -> dict[str, Any]:
    code, value, english, german, definition, german_definition = row
    return {
        "code": code,
        "value": value,
        "best": "5" if value else None,
        "worst": "1" if value else None,
        "labels": {"en": english, "de": german},
        "definitions": {"en": definition, "de": german_definition},
    }


class _SampleForm(forms.Form):
    headline = forms.CharField(help_text="States the finding, not the topic.")
    language = forms.ChoiceField(choices=[("de", "Deutsch"), ("en", "English")])
    summary = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}))
    deadline = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    bears_on = forms.ChoiceField(widget=forms.RadioSelect, choices=[("true", "True?"), ("said", "Said?")])
    seen = forms.BooleanField(required=False, help_text="A lead counts for nothing until somebody has seen it.")


def _evidence(**more: Any) -> dict[str, Any]:
    return {
        "key": "QW6",
        "publisher": "Qwen Team / arXiv",
        "title": "Qwen2.5 Technical Report",
        "url": "https://example.org/report",
        "published": "2024-12-19",
        "source_kind": "primary",
        "interest": "",
        "excerpt": "In this report, we introduce Qwen2.5, a comprehensive series of large language models.",
        "language": "en",
        "after_statement": False,
        "redacted": False,
    } | more


@register.simple_tag
def samples() -> dict[str, Any]:
    """Everything the page of components shows."""
    younger = _evidence(
        key="QW3", published="2026-06", source_kind="secondary", interest="Sells a rival model", after_statement=True
    )
    hidden = _evidence(key="QX1", publisher="A former employee", title="", url="", redacted=True, published="")
    return {
        "ratings": [_rating(row) for row in _SCALE],
        "said": [_rating(row) for row in _SAID],
        "own": {
            "code": "own",
            "value": None,
            "labels": {"en": "A desk's own word", "de": "Eigenes Wort"},
            "definitions": {},
        },
        "statuses": _STATUSES,
        "tones": ["tone-5", "tone-4", "tone-3", "tone-2", "tone-1", "tone-open"],
        "quotations": [
            {
                "exact": "um 90 bis 95 Prozent kosteneffizienter als OpenAI o1 sein soll",
                "voices": voices,
                "article": _ARTICLE,
            }
            for voices in ([_OUTLET, _NOBODY], [_OUTLET, _ASSERTS], [_OUTLET | {"mode": "asserts"}])
        ],
        "supports": [{"item": _evidence(), "number": 1}, {"item": younger, "number": 2}],
        "contradicts": [{"item": hidden, "number": None}],
        "markdown": (
            "The family was **released in September** [@QW6], the report followed [@QW3]. "
            "See [the list](https://example.org/).\n\n- one\n- two [@QW6]"
        ),
        "numbers": {"QW6": 1, "QW3": 2},
        "form": _SampleForm(
            data={"headline": "", "language": "de", "summary": "What appeared was Qwen2.5-Max.", "bears_on": "true"}
        ),
        "actions": [
            {"label": "Approve", "name": "action", "value": "approve", "kind": "primary"},
            {"label": "Send back", "url": "#send-back"},
            {"label": "Withdraw", "url": "#withdraw", "kind": "danger"},
            {
                "label": "Publish",
                "name": "action",
                "value": "publish",
                "why_not": "You are an author of this text. Editor or head of desk can.",
            },
        ],
        "entries": [
            {"sequence": 3, "what": "Hand in", "who": "R. Muster", "at": "2026-11-20T10:15:00.000000Z"},
            {
                "sequence": 2,
                "what": "Edit",
                "who": "R. Muster",
                "at": "2026-11-20T09:40:00.000000Z",
                "changed_content": True,
                "detail": "headline (de), summary (de)",
            },
            {
                "sequence": 1,
                "what": "Mark",
                "who": "R. Muster",
                "at": "2026-11-19T16:02:00.000000Z",
                "changed_content": True,
            },
        ],
        "conflict": [
            {
                "label": "Headline",
                "mine": "It was Qwen2.5-Max",
                "theirs": "The name is wrongly shortened",
                "who": "E. Zwei",
                "at": "2026-11-20T10:15:00Z",
            }
        ],
        "failures": ["Headline (de): missing.", "Evidence BA1: needs a URL or a file."],
        "warnings": ["A reply deadline runs until 3 December."],
        "columns": ["Statement", "Speaker", "Stage", "Rating", "Due"],
    }
