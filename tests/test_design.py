"""The design system's promises: enough contrast in both schemes, nothing inline, every word translated."""

from __future__ import annotations

import ast
import re
from gettext import GNUTranslations
from itertools import product
from pathlib import Path

import pytest
from django.utils.translation.template import templatize

from factcheck.environment import BASE_DIR

STATIC = BASE_DIR / "claims" / "static" / "claims"
TEMPLATES = sorted((BASE_DIR / "templates").rglob("*.html"))
CATALOGUE = BASE_DIR / "claims" / "locale" / "de" / "LC_MESSAGES" / "django.po"

TONES = ["tone-5", "tone-4", "tone-3", "tone-2", "tone-1", "tone-open"]
GROUNDS = ["paper", "panel", *(f"{tone}-ground" for tone in TONES)]

# Which text stands on which ground, anywhere in the sheets.
PAIRS = [
    *product(["ink", "ink-soft", "link"], GROUNDS),
    *product(["ink-faint", "link-hover", "accent"], ["paper", "panel"]),
    *product(TONES, ["paper", "panel"]),
    *((tone, f"{tone}-ground") for tone in TONES),
    ("accent-ink", "accent"),
    ("accent", "accent-soft"),
    ("ink", "panel-strong"),
    ("ink", "mark"),
    ("link", "mark"),
    ("ink", "insert"),
    ("ink", "delete"),
]


def palette(scheme: str) -> dict[str, str]:
    """The colours of a scheme; dark ones replace those of the light root."""
    light, dark = (STATIC / "tokens.css").read_text().split("@media (prefers-color-scheme: dark)")
    dark = dark.partition("@media print")[0]
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light))
    return colours if scheme == "light" else {**colours, **dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", dark))}


def luminance(colour: str) -> float:
    """Relative luminance after WCAG 2.2."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_stands_out_from_its_ground(scheme: str, text: str, ground: str) -> None:
    colours = palette(scheme)

    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "panel"])
def test_the_focus_and_the_edges_of_fields_stand_out(scheme: str, ground: str) -> None:
    colours = palette(scheme)

    assert contrast(colours["focus"], colours[ground]) >= 3
    assert contrast(colours["rule-strong"], colours[ground]) >= 3


def test_every_colour_of_the_sheets_is_a_token() -> None:
    for sheet in STATIC.glob("*.css"):
        if sheet.name != "tokens.css":
            unnamed = re.findall(r"#[0-9a-f]{3,8}\b", sheet.read_text().partition("@media print")[0])
            assert unnamed == [], sheet.name


@pytest.mark.parametrize("path", TEMPLATES, ids=[str(path.relative_to(BASE_DIR)) for path in TEMPLATES])
def test_templates_hold_nothing_inline(path: Path) -> None:
    text = path.read_text()

    assert not re.search(r"\sstyle\s*=|\son\w+\s*=|<style|javascript:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)(?! type=\"application/(ld\+)?json\")", text)


# What may stand in a template outside of tags: signs, digits, entities; a word is for translation.
WORD = re.compile(r"[^\W\d_]{2,}")
NAMES = {"SHA"}


@pytest.mark.parametrize(
    "path",
    [path for path in TEMPLATES if "dev" not in path.parts],
    ids=[str(path.relative_to(BASE_DIR)) for path in TEMPLATES if "dev" not in path.parts],
)
def test_every_word_of_a_template_can_be_translated(path: Path) -> None:
    text = path.read_text()
    text = re.sub(r"{% comment %}.*?{% endcomment %}", "", text, flags=re.DOTALL)
    text = re.sub(r"{% block (body_class|bodyclass|coltype) %}.*?{% endblock.*?%}", "", text)
    text = re.sub(r"{% blocktranslate.*?{% endblocktranslate %}", "", text, flags=re.DOTALL)
    text = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}|<!doctype html>", "", text, flags=re.DOTALL)
    spoken = re.findall(r'\s(?:aria-label|alt|title|placeholder)="([^"]*)"', text)
    outside = re.sub(r"<[^>]*>", " ", text)

    assert [word for word in WORD.findall(re.sub(r"&\w+;", " ", outside)) if word not in NAMES] == []
    assert [words for words in spoken if WORD.search(words)] == []


def test_every_message_is_there_in_german() -> None:
    """The catalogue is made by makemessages; a message without its German would show in English."""
    catalogue = CATALOGUE.read_text()
    entries = catalogue.split("\n\n")[1:]

    assert [entry for entry in entries if re.search(r'^msgstr(\[\d\])? ""$(?!\n")', entry, re.MULTILINE)] == []
    assert "fuzzy" not in catalogue


def messages_of_templates() -> set[str]:
    """What templates hand to gettext, read from what Django's own makemessages would read."""
    source = "\n".join(templatize(path.read_text()) for path in TEMPLATES)
    text = r"""u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
    calls = re.findall(rf"\bn?gettext\(\s*{text}", source)
    calls += [message for _context, message in re.findall(rf"\bpgettext\(\s*{text},\s*{text}", source)]
    return {ast.literal_eval(call) for call in calls}


def messages_of_code() -> set[str]:
    """The constants that code hands to gettext, under any of its own names or ``_``."""
    functions = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
    return {
        str(node.args[0].value)
        for package in ("claims", "factcheck")
        for path in (BASE_DIR / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in functions
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }


def test_the_catalogue_knows_every_message() -> None:
    """Run makemessages when this fails, write the German, and compile it."""
    with CATALOGUE.with_suffix(".mo").open("rb") as compiled:
        known = GNUTranslations(compiled)._catalog  # type: ignore[attr-defined]
    ids = {key[0] if isinstance(key, tuple) else key for key in known}
    ids = {key.rpartition("\x04")[2] for key in ids}

    assert sorted((messages_of_templates() | messages_of_code()) - ids) == []


def test_gettext_keeps_its_name() -> None:
    """makemessages finds a message by the function's name, so an alias other than ``_`` hides it."""
    for package in ("claims", "factcheck"):
        for path in (BASE_DIR / package).rglob("*.py"):
            assert not re.search(r"gettext\w* as (?!_\b)", path.read_text()), path.name
