"""A story as files: one article in its captures, speakers, sources and claims, read and checked whole.

``read`` touches no database: a file that does not fit raises ``StoryError`` with its name and key before anything
is replayed. The shape is documented by ``fixtures/story`` and by the dataclasses here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml

from claims.errors import StoryError, Unreadable
from claims.language import arithmetic, citations, extraction
from claims.vocabulary import (
    LATER_KINDS,
    Checkability,
    ClaimKind,
    Finding,
    JudgedBy,
    Naming,
    Priority,
    Question,
    Risk,
    SourceKind,
    SpeakerKind,
    Stance,
    VoiceMode,
    Word,
)

PATHS = (
    "inbox",
    "research",
    "review",
    "approved",
    "published",
    "corrected",
    "withdrawn",
    "on_hold",
    "declined",
)
"""Where a claim's replay ends."""

_EXTRA = {"corrected": "correction", "withdrawn": "withdrawal", "on_hold": "hold", "declined": "decline"}
_READ_FROM = frozenset({"review", "approved", "published", "corrected", "withdrawn"})
"""Paths that hand the claim in, so that it needs a whole verdict."""


@dataclass(frozen=True)
class StoryCapture:
    """One copy as it was received; ``text`` is the clean text that intake will get out of it."""

    raw: bytes
    text: str
    content_type: str


@dataclass(frozen=True)
class StoryExclusion:
    """A page that must not count as evidence for the article's claims, and why."""

    url: str
    reason: str


@dataclass(frozen=True)
class StoryArticle:
    title: str
    language: str
    published: str
    author: str
    outlet: Mapping[str, str]
    captures: Sequence[StoryCapture]
    exclusions: Sequence[StoryExclusion] = ()


@dataclass(frozen=True)
class StoryVoice:
    speaker: str | None
    naming: Naming
    mode: VoiceMode


@dataclass(frozen=True)
class StoryQuotation:
    start: int
    end: int
    voices: Sequence[StoryVoice]


@dataclass(frozen=True)
class StoryClaim:
    """``values`` are the claim's own fields; ``evidence`` maps a key to its fields, ``source`` a key of the story;
    ``calculations`` maps a key to its fields as the edit paths have them.
    """

    key: str
    statement: Mapping[str, str]
    why: Mapping[str, str]
    speaker: str | None
    values: Mapping[str, Any]
    risk: Risk
    quotations: Sequence[StoryQuotation]
    quantities: Sequence[Mapping[str, Any]]
    evidence: Mapping[str, Mapping[str, str]]
    verdict: Mapping[str, Any]
    verdict_texts: Mapping[str, Mapping[str, str]]
    path: str
    calculations: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Story:
    article: StoryArticle
    speakers: Mapping[str, Mapping[str, str]]
    sources: Mapping[str, Mapping[str, Any]]
    claims: Sequence[StoryClaim]


class _Node:
    """A mapping of one file, read key by key; whatever does not fit is named by file and key."""

    def __init__(self, file: str, place: str, data: Any) -> None:
        self.file, self.place = file, place
        if not isinstance(data, dict):
            raise StoryError(file, place, "a mapping is expected here")
        self.data: dict[str, Any] = data
        self.read: set[str] = set()

    def fail(self, key: str, problem: str) -> StoryError:
        return StoryError(self.file, self._name(key), problem)

    def _name(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key

    def get(self, key: str, kind: type, *, optional: bool = False) -> Any:
        self.read.add(key)
        value = self.data.get(key)
        if value is None and optional:
            return None
        if key not in self.data:
            raise self.fail(key, "this key is missing")
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.fail(key, f"{kind.__name__} is expected, not {value!r}")
        return value

    def text(self, key: str, *, filled: bool = False) -> str:
        value: str = self.get(key, str)
        if filled and not value.strip():
            raise self.fail(key, "a text is expected here")
        return value

    def word(self, key: str, words: type[Word]) -> str:
        value = self.text(key)
        if value not in {word.value for word in words}:
            raise self.fail(key, f"{value!r} is not one of {', '.join(words)}")
        return value

    def day(self, key: str) -> date | None:
        value = self.get(key, str, optional=True)
        return self._converted(key, value, date.fromisoformat) if value else None

    def number(self, key: str) -> Decimal | None:
        value = self.get(key, str, optional=True)
        return self._converted(key, value, Decimal) if value else None

    def _converted(self, key: str, value: str, convert: Callable[[str], Any]) -> Any:
        try:
            return convert(value)
        except (ValueError, InvalidOperation):
            raise self.fail(key, f"{value!r} cannot be read") from None

    def node(self, key: str) -> "_Node":
        return _Node(self.file, self._name(key), self.get(key, dict))

    def nodes(self, key: str, *, optional: bool = False) -> list["_Node"]:
        items = self.get(key, list, optional=optional) or []
        return [_Node(self.file, f"{self._name(key)}[{number}]", item) for number, item in enumerate(items)]

    def texts(self, key: str) -> dict[str, str]:
        node = self.node(key)
        return {language: node.text(language) for language in node.data}

    def words(self, key: str) -> list[str]:
        values = self.get(key, list)
        if not all(isinstance(value, str) for value in values):
            raise self.fail(key, "a list of texts is expected")
        return list(values)

    def done(self) -> None:
        """Every key was read: one that nobody knows is a slip of the pen."""
        unknown = sorted(set(self.data) - self.read)
        if unknown:
            raise self.fail(unknown[0], "this key is not known")


def read(folder: Path, ratings: Mapping[str, frozenset[str]]) -> Story:
    """The story in ``folder``; ``ratings`` maps each question to the codes of its ratings."""
    article = _article(folder)
    speakers = _keyed(folder, "speakers.yaml", _speaker)
    sources = _keyed(folder, "sources.yaml", _source)
    for key, source in sources.items():
        if source["derives_from"] is not None and source["derives_from"] not in sources:
            raise StoryError("sources.yaml", f"{key}.derives_from", "there is no such source")
    files = sorted((folder / "claims").glob("*.yaml"))
    if not files:
        raise StoryError("claims", "", "there is no claim in this folder")
    claims = [_claim(folder, file, article, speakers, sources, ratings) for file in files]
    return Story(article=article, speakers=speakers, sources=sources, claims=claims)


def _load(folder: Path, name: str) -> Any:
    try:
        return yaml.safe_load((folder / name).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise StoryError(name, "", f"the file cannot be read ({type(error).__name__})") from error
    except yaml.YAMLError as error:
        raise StoryError(name, "", f"this is not YAML: {' '.join(str(error).split())}") from error


def _article(folder: Path) -> StoryArticle:
    node = _Node("article.yaml", "", _load(folder, "article.yaml"))
    outlet = node.node("outlet")
    article = StoryArticle(
        title=node.text("title", filled=True),
        language=node.text("language", filled=True),
        published=node.text("published"),
        author=node.text("author"),
        outlet={name: outlet.text(name) for name in ("key", "name", "url")},
        captures=[_capture(folder, capture) for capture in node.nodes("captures")],
        exclusions=[_exclusion(item) for item in node.nodes("exclusions", optional=True)],
    )
    outlet.done()
    node.done()
    if not article.captures:
        raise node.fail("captures", "at least one capture is needed")
    if len({capture.text for capture in article.captures}) != 1:
        raise node.fail("captures", "their clean texts differ; claims need one version to stand in")
    return article


def _exclusion(node: _Node) -> StoryExclusion:
    exclusion = StoryExclusion(url=node.text("url", filled=True), reason=node.text("reason", filled=True).strip())
    node.done()
    return exclusion


def _capture(folder: Path, node: _Node) -> StoryCapture:
    name, content_type = node.text("file", filled=True), node.text("content_type")
    if Path(name).name != name:
        raise node.fail("file", "a file in captures is expected")
    try:
        raw = (folder / "captures" / name).read_bytes()
        text = extraction.extract(raw, content_type=content_type).text
    except OSError:
        raise node.fail("file", f"captures/{name} cannot be read") from None
    except Unreadable as problem:
        raise node.fail("file", str(problem)) from None
    node.done()
    return StoryCapture(raw=raw, text=text, content_type=content_type)


def _keyed(folder: Path, file: str, convert: Callable[[_Node], dict[str, Any]]) -> dict[str, dict[str, Any]]:
    data = _load(folder, file)
    if not isinstance(data, list):
        raise StoryError(file, "", "a list is expected")
    result: dict[str, dict[str, Any]] = {}
    for number, item in enumerate(data):
        node = _Node(file, f"[{number}]", item)
        key = node.text("key", filled=True)
        if key in result:
            raise node.fail("key", f"{key!r} stands there twice")
        result[key] = convert(node)
        node.done()
    return result


def _speaker(node: _Node) -> dict[str, Any]:
    return {
        "name": node.text("name", filled=True),
        "kind": node.word("kind", SpeakerKind),
        **{name: node.text(name) for name in ("role", "party", "same_as")},
    }


def _source(node: _Node) -> dict[str, Any]:
    return {
        "title": node.text("title", filled=True),
        "kind": node.word("kind", SourceKind),
        **{name: node.text(name) for name in ("publisher", "url", "published", "language", "interest")},
        "derives_from": node.get("derives_from", str, optional=True),
    }


def _claim(
    folder: Path,
    file: Path,
    article: StoryArticle,
    speakers: Mapping[str, Any],
    sources: Mapping[str, Any],
    ratings: Mapping[str, frozenset[str]],
) -> StoryClaim:
    name = f"claims/{file.name}"
    node = _Node(name, "", _load(folder, name))
    path = node.text("path")
    if path not in PATHS:
        raise node.fail("path", f"{path!r} is not one of {', '.join(PATHS)}")
    evidence = _evidence(node, sources)
    verdict, verdict_texts = _verdict(node, ratings, evidence)
    if path in _READ_FROM and not verdict:
        raise node.fail("verdict", "a claim that is handed in needs a verdict")
    claim = StoryClaim(
        key=node.text("key", filled=True),
        statement=node.texts("statement"),
        why=node.texts("why"),
        speaker=_known(node, "speaker", speakers),
        values=_values(node),
        risk=Risk(node.word("risk", Risk)),
        quotations=[_quotation(item, article, speakers) for item in node.nodes("quotations")],
        quantities=[_quantity(item) for item in node.nodes("quantities")],
        evidence=evidence,
        verdict=verdict,
        verdict_texts=verdict_texts,
        path=path,
        calculations=_calculations(node, evidence),
        extra=_extra(node, path),
    )
    node.done()
    if not claim.quotations:
        raise node.fail("quotations", "a claim needs a quotation")
    return claim


def _values(node: _Node) -> dict[str, Any]:
    kinds = node.words("kinds")
    unknown = set(kinds) - {kind.value for kind in ClaimKind}
    if unknown:
        raise node.fail("kinds", f"{min(unknown)!r} is not a kind of claim")
    return {
        "kinds": kinds,
        "checkability": node.word("checkability", Checkability),
        "checkable_from": node.day("checkable_from"),
        "priority": node.word("priority", Priority),
        "topics": node.words("topics"),
        **{name: node.get(name, str, optional=True) or "" for name in ("metric", "threshold", "resolved_at")},
    }


def _known(node: _Node, key: str, known: Mapping[str, Any]) -> str | None:
    value: str | None = node.get(key, str, optional=True)
    if value is not None and value not in known:
        raise node.fail(key, f"{value!r} is not among them")
    return value


def _quotation(node: _Node, article: StoryArticle, speakers: Mapping[str, Any]) -> StoryQuotation:
    start, end, exact = node.get("start", int), node.get("end", int), node.text("exact", filled=True)
    if article.captures[0].text[start:end] != exact:
        raise node.fail("exact", f"this does not stand at {start} to {end} of the clean text")
    voices = []
    for voice in node.nodes("voices"):
        speaker = _known(voice, "speaker", speakers)
        naming, mode = Naming(voice.word("naming", Naming)), VoiceMode(voice.word("mode", VoiceMode))
        voices.append(StoryVoice(speaker=speaker, naming=naming, mode=mode))
        voice.done()
    node.done()
    return StoryQuotation(start=start, end=end, voices=voices)


def _quantity(node: _Node) -> dict[str, Any]:
    quantity = {
        "low": node.number("low"),
        "high": node.number("high"),
        **{name: node.get(name, str, optional=True) or "" for name in ("unit", "comparator", "reference", "date")},
        "deadline": node.day("deadline"),
    }
    node.done()
    return quantity


def _evidence(node: _Node, sources: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    items: dict[str, dict[str, str]] = {}
    for item in node.nodes("evidence"):
        key = item.text("key", filled=True)
        if key in items:
            raise item.fail("key", f"{key!r} stands there twice")
        lead, seen_how = item.get("lead", bool), item.text("seen_how")
        if lead == bool(seen_how):
            raise item.fail("seen_how", "a lead has none, and everything else says how it was seen")
        items[key] = {
            "source": _known(item, "source", sources) or "",
            "excerpt": item.text("excerpt"),
            "stance": item.word("stance", Stance),
            "bears_on": item.word("bears_on", Question),
            "note": item.text("note"),
            "seen_how": seen_how,
        }
        item.done()
    return items


def _calculations(node: _Node, evidence: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, Any]]:
    """Each with its inputs; one from which nothing comes is a slip of the pen."""
    found: dict[str, dict[str, Any]] = {}
    for item in node.nodes("calculations", optional=True):
        key, places = item.text("key", filled=True), item.get("places", int)
        if key in found:
            raise item.fail("key", f"{key!r} stands there twice")
        if not 0 <= places <= arithmetic.MOST_PLACES:
            raise item.fail("places", f"0 to {arithmetic.MOST_PLACES} are expected")
        found[key] = {
            "labels": item.texts("labels"),
            "inputs": [_input(part, evidence) for part in item.nodes("inputs")],
            "expression": item.text("expression", filled=True),
            "unit": item.text("unit"),
            "places": places,
            "notes": {language: words.strip() for language, words in item.texts("notes").items()},
        }
        _check_result(item, found[key])
        item.done()
    return found


def _input(node: _Node, evidence: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    value = node.number("value")
    if value is None or not value.is_finite():
        raise node.fail("value", "a number is expected")
    part: dict[str, Any] = {
        "name": node.text("name", filled=True),
        "labels": node.texts("labels"),
        "value": value,
        "unit": node.text("unit"),
        "evidence": node.text("evidence"),
    }
    _check_seen(node, "evidence", [part["evidence"]] if part["evidence"] else [], evidence)
    node.done()
    return part


def _check_result(node: _Node, calculation: Mapping[str, Any]) -> None:
    """``result`` says what is expected to come of it, so that a mistyped number is noticed."""
    given = {part["name"]: part["value"] for part in calculation["inputs"]}
    try:
        value = arithmetic.rounded(arithmetic.evaluate(calculation["expression"], given), calculation["places"])
    except arithmetic.ArithmeticProblem as problem:
        raise node.fail("expression", str(problem)) from None
    if value != node.number("result"):
        raise node.fail("result", f"{value} comes of it")


def _elements(verdict: _Node, evidence: Mapping[str, Mapping[str, str]]) -> list[dict[str, Any]]:
    found = []
    for item in verdict.nodes("elements", optional=True):
        part: dict[str, Any] = {
            "finding": item.word("finding", Finding),
            "texts": item.texts("texts"),
            "evidence": item.words("evidence"),
        }
        if not any(part["texts"].values()):
            raise item.fail("texts", "words are expected here")
        _check_seen(item, "evidence", part["evidence"], evidence)
        item.done()
        found.append(part)
    return found


def _check_seen(node: _Node, key: str, keys: Sequence[str], evidence: Mapping[str, Mapping[str, str]]) -> None:
    """What is cited is among the claim's evidence, and somebody has seen it."""
    for cited in keys:
        if cited not in evidence:
            raise node.fail(key, f"{cited!r} is not among the evidence")
        if not evidence[cited]["seen_how"]:
            raise node.fail(key, f"{cited!r} is a lead that nobody has seen")


def _verdict(
    node: _Node, ratings: Mapping[str, frozenset[str]], evidence: Mapping[str, Mapping[str, str]]
) -> tuple[dict[str, Any], dict[str, dict[str, str]]]:
    if node.get("verdict", dict, optional=True) is None:
        return {}, {}
    verdict = node.node("verdict")
    question, rating = verdict.word("question", Question), verdict.text("rating")
    if rating not in ratings[question]:
        raise verdict.fail("rating", f"{rating!r} is not on the scale of {question!r}")
    values = {
        "question": question,
        "rating": rating,
        "judged_by": verdict.word("judged_by", JudgedBy),
        "researched_until": verdict.day("researched_until"),
        **{name: verdict.text(name) for name in ("one_source_reason", "no_primary_reason", "not_asked_reason")},
        "elements": _elements(verdict, evidence),
    }
    texts = verdict.node("texts")
    words = {language: _verdict_text(texts.node(language), evidence) for language in texts.data}
    verdict.done()
    return values, words


def _verdict_text(node: _Node, evidence: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    names = ("headline", "summary", "rationale", "other_finding", "today")
    text = {name: node.text(name).strip() for name in names}
    node.done()
    for marker in citations.find(text["rationale"]):
        if marker.key not in evidence:
            raise node.fail("rationale", f"line {marker.line}: [@{marker.key}] is not among the evidence")
    return text


def _extra(node: _Node, path: str) -> dict[str, Any]:
    """What a path needs besides: the correction, the withdrawal, the hold or why it is declined."""
    name = _EXTRA.get(path)
    if name is None:
        return {}
    extra = node.node(name)
    match path:
        case "corrected":
            kind = extra.text("kind")
            if kind not in {later.value for later in LATER_KINDS}:
                raise extra.fail("kind", f"{kind!r} is no kind of a later version")
            result: dict[str, Any] = {
                "kind": kind,
                "notes": extra.texts("notes"),
                "edits": extra.texts("edits"),
                "first": extra.texts("first"),
            }
        case "withdrawn":
            result = {"reasons": extra.texts("reasons")}
        case "on_hold":
            result = {"until": extra.day("until"), "reason": extra.text("reason", filled=True)}
        case _:
            result = {"reason": extra.text("reason", filled=True)}
    extra.done()
    return result
