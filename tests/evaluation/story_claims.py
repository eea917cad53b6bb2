"""The demo story: its claims in suggested sentences, and who is named as their speaker."""

from pathlib import Path
from typing import Any

import yaml

from claims.language.analysis import Analysis, Sentence, analyse
from tests.evaluation import Row

LANGUAGE = "de"
OWN_VOICE = ("article", "unclear")
"""How the list begins a speaker who is nobody that the text names."""

NOT_NAMED = "not named"
"""What the list says of a speaker who is only implied."""


def measure(folder: Path) -> list[Row]:
    """Core claims in a suggested sentence, suggested sentences with a claim, named speakers found."""
    text = (folder / "body.txt").read_text(encoding="utf-8")
    claims: list[dict[str, Any]] = yaml.safe_load((folder / "claims.yaml").read_text(encoding="utf-8"))
    analysis = analyse(text, LANGUAGE)
    core = [claim for claim in claims if claim["tier"] == "core"]
    caught = [claim for claim in core if any(sentence.suggested for sentence in of_claim(analysis, claim))]
    suggested = [sentence for sentence in analysis.sentences if sentence.suggested]
    holding = [sentence for sentence in suggested if any(overlaps(sentence, claim) for claim in claims)]
    named = [claim for claim in claims if named_speaker(claim)]
    found = [claim for claim in named if is_found(analysis, claim)]
    return [
        Row(f"story, core claims in a suggested sentence, of {len(core)}", len(caught) / len(core), "0.95 aim"),
        Row(f"story, suggested sentences with a claim, of {len(suggested)}", len(holding) / len(suggested), "0.80 aim"),
        Row(f"story, named speakers found, of {len(named)}", len(found) / len(named), "0.90 aim"),
    ]


def named_speaker(claim: dict[str, Any]) -> str:
    """The name of a claim's speaker without remarks in brackets; empty when the text names none."""
    speaker = str(claim["speaker"])
    if speaker.startswith(OWN_VOICE) or NOT_NAMED in speaker:
        return ""
    return speaker.partition(" (")[0]


def is_found(analysis: Analysis, claim: dict[str, Any]) -> bool:
    """Whether an attribution in the claim's sentences names its speaker, or resolves to it."""
    name = named_speaker(claim)
    return any(
        name in (attribution.resolved or (attribution.speaker.text if attribution.speaker else ""))
        for sentence in of_claim(analysis, claim)
        for attribution in sentence.attributions
    )


def of_claim(analysis: Analysis, claim: dict[str, Any]) -> list[Sentence]:
    return [sentence for sentence in analysis.sentences if overlaps(sentence, claim)]


def overlaps(sentence: Sentence, claim: dict[str, Any]) -> bool:
    return bool(claim["start"] < sentence.end and sentence.start < claim["end"])
