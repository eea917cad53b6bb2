"""Quotations in German news: who said it, by which word (``attribution/german_news_quotes.jsonl``).

Of the quotations whose speaker is more than a pronoun, the share for which an attribution in an overlapping sentence
has a speaker span that overlaps; of the speakers given in a text, the share that overlaps one of its right ones; cues
by overlap, both ways.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from claims.language.attribution import Attribution, find
from claims.language.sentences import split
from tests.evaluation import Row

_PRONOUNS = frozenset(
    [
        "er",
        "sie",
        "es",
        "ihm",
        "ihr",
        "ihn",
        "ihnen",
        "wir",
        "ich",
        "man",
        "uns",
        "dieser",
        "diese",
        "dieses",
        "jener",
        "der",
        "die",
        "das",
        "letzterer",
        "ersterer",
        "sich",
    ]
)
_REFERENCES = {
    "named speaker": 0.1697,
    "speaker precision": 0.6176,
    "cue precision": 0.8015,
    "cue recall": 0.3024,
    "cue F1": 0.4392,
}

Place = tuple[int, int]


def measure(folder: Path) -> list[Row]:
    """The figures over the set in ``folder``."""
    named = found = given = right = cues = right_cues = wanted = caught = 0
    with (folder / "german_news_quotes.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            item = json.loads(line)
            text = item["text"]
            sentences = split(text, item["language"])
            attributions = find(text, item["language"], sentences)
            for quotation in item["quotations"]:
                speaker = quotation["speaker"]
                if not speaker["spans"] or speaker["text"].lower() in _PRONOUNS:
                    continue
                named += 1
                around = [
                    (sentence.start, sentence.end)
                    for sentence in sentences
                    if _overlaps((sentence.start, sentence.end), quotation["spans"])
                ]
                found += any(
                    attribution.speaker is not None and _overlaps(_speaker(attribution), speaker["spans"])
                    for attribution in attributions
                    if _stands_in(attribution, around)
                )
            speakers = {_speaker(attribution) for attribution in attributions if attribution.speaker}
            right_speakers = [place for quotation in item["quotations"] for place in quotation["speaker"]["spans"]]
            given += len(speakers)
            right += sum(_overlaps(place, right_speakers) for place in speakers)
            places = {(attribution.cue.start, attribution.cue.end) for attribution in attributions}
            cue_spans = [quotation["cue"]["spans"] for quotation in item["quotations"] if quotation["cue"]["spans"]]
            every = [place for spans in cue_spans for place in spans]
            cues += len(places)
            right_cues += sum(_overlaps(place, every) for place in places)
            wanted += len(cue_spans)
            caught += sum(any(_overlaps(place, spans) for place in places) for spans in cue_spans)
    precision, recall = _share(right_cues, cues), _share(caught, wanted)
    values = {
        "named speaker": _share(found, named),
        "speaker precision": _share(right, given),
        "cue precision": precision,
        "cue recall": recall,
        "cue F1": 2 * precision * recall / (precision + recall) if precision + recall else 0.0,
    }
    return [Row(f"german_news_quotes {name}", value, _REFERENCES[name]) for name, value in values.items()]


def _speaker(attribution: Attribution) -> Place:
    speaker = attribution.speaker
    return (speaker.start, speaker.end) if speaker else (0, 0)


def _stands_in(attribution: Attribution, around: list[Place]) -> bool:
    """Whether an attribution belongs to one of the sentences: its cue or what it covers lies there."""
    return _overlaps((attribution.cue.start, attribution.cue.end), around) or _overlaps(
        (attribution.start, attribution.end), around
    )


def _overlaps(place: Place, others: Iterable[Iterable[int]]) -> bool:
    return any(place[0] < end and start < place[1] for start, end in others)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
