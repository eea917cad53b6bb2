"""A story is read whole before anything is replayed; what does not fit is named by file and key."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from claims.errors import StoryError
from claims.interchange import story

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "story"
RATINGS = {
    "true": frozenset(
        "true mostly-true partly-false mostly-false false missing-context unproven not-yet-checkable".split()  # noqa: SIM905 - as the scale reads
    ),
    "said": frozenset(["correctly-reported", "inexactly-reported", "not-said", "no-record"]),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the demo story, to be broken."""
    copy = tmp_path / "story"
    shutil.copytree(FOLDER, copy)
    return copy


def change(folder: Path, name: str, edit: Callable[[Any], None]) -> None:
    file = folder / name
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    edit(data)
    file.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")


def test_the_demo_story_is_read_whole() -> None:
    read = story.read(FOLDER, RATINGS)

    assert len(read.claims) == 33
    assert len(read.article.captures) == 3
    assert len({capture.raw for capture in read.article.captures}) == 3
    assert len({capture.text for capture in read.article.captures}) == 1
    paths = [claim.path for claim in read.claims]
    assert set(paths) == set(story.PATHS)
    assert paths.count("published") >= 12


def test_no_excluded_source_is_used() -> None:
    """The reprint of the article itself must not count as evidence for it."""
    read = story.read(FOLDER, RATINGS)

    assert not [source for source in read.sources.values() if "computerhaus-quickborn" in source["url"]]


def test_an_opinion_gets_no_true_rating() -> None:
    read = {claim.key: claim for claim in story.read(FOLDER, RATINGS).claims}

    assert {read[key].verdict["question"] for key in ("C24", "C26", "C27")} == {"said"}


def test_what_is_unresearched_stays_unresearched() -> None:
    read = {claim.key: claim for claim in story.read(FOLDER, RATINGS).claims}

    assert not any(read[key].evidence or read[key].verdict for key in ("C16", "C17"))


def test_the_price_comparison_follows_from_its_inputs() -> None:
    read = {claim.key: claim for claim in story.read(FOLDER, RATINGS).claims}

    calculation = read["C10"].calculations["K1"]
    assert calculation["expression"] == "(o1 - r1) / o1 * 100"
    assert {part["name"]: str(part["value"]) for part in calculation["inputs"]} == {"o1": "60", "r1": "2.19"}
    assert all(part["evidence"] in read["C10"].evidence for part in calculation["inputs"])


def test_what_repeats_another_document_says_so() -> None:
    sources = story.read(FOLDER, RATINGS).sources

    roots = {key: source["derives_from"] for key, source in sources.items() if source["derives_from"]}
    assert roots["techstrong-openai-deepseek"] == roots["techradar-openai-deepseek"] == "openai-letter-ostp"


def test_what_was_researched_says_why_the_claimant_was_not_asked() -> None:
    verdicts = [claim.verdict for claim in story.read(FOLDER, RATINGS).claims if claim.verdict]

    assert all(verdict["not_asked_reason"] for verdict in verdicts)


# Each case breaks one thing of one file; the error names the file and the key where it stands.
BROKEN: list[tuple[str, Callable[[Any], None], str]] = [
    ("article.yaml", lambda data: data.pop("title"), "title: this key is missing"),
    ("article.yaml", lambda data: data.update(titel="x"), "titel: this key is not known"),
    ("article.yaml", lambda data: data.update(captures=[]), "captures: at least one"),
    ("article.yaml", lambda data: data["captures"][0].update(file="gone.txt"), "captures[0].file: captures/gone.txt"),
    ("article.yaml", lambda data: data["captures"][0].update(file="../article.yaml"), "captures[0].file: a file in"),
    (
        "article.yaml",
        lambda data: data["captures"][0].update(clean="1.txt"),
        "captures[0].clean: this key is not known",
    ),
    ("speakers.yaml", lambda data: data[0].update(kind="robot"), "[0].kind: 'robot' is not one of"),
    ("speakers.yaml", lambda data: data.append(data[0]), "key: 'outlet' stands there twice"),
    ("sources.yaml", lambda data: data[3].update(derives_from="nowhere"), "derives_from: there is no such source"),
    ("claims/C10.yaml", lambda data: data.update(path="finished"), "path: 'finished' is not one of"),
    ("claims/C10.yaml", lambda data: data.update(kinds=["rumour"]), "kinds: 'rumour' is not a kind"),
    ("claims/C10.yaml", lambda data: data.update(speaker="nobody"), "speaker: 'nobody' is not among"),
    ("claims/C10.yaml", lambda data: data.update(statement="text"), "statement: dict is expected"),
    ("claims/C10.yaml", lambda data: data.update(quotations=[]), "quotations: a claim needs"),
    ("claims/C10.yaml", lambda data: data.update(verdict=None), "verdict: a claim that is handed in"),
    ("claims/C10.yaml", lambda data: data["quotations"][0].update(start=0), "quotations[0].exact: this does not stand"),
    ("claims/C10.yaml", lambda data: data["quotations"][0].update(start=True), "quotations[0].start: int is expected"),
    ("claims/C10.yaml", lambda data: data["quantities"][0].update(low="many"), "quantities[0].low: 'many' cannot"),
    ("claims/C10.yaml", lambda data: data["quantities"][0].update(deadline="2027-13-01"), "deadline: '2027-13-01'"),
    ("claims/C10.yaml", lambda data: data["evidence"][0].update(source="none"), "evidence[0].source: 'none' is not"),
    ("claims/C10.yaml", lambda data: data["evidence"][0].update(stance="refutes"), "evidence[0].stance: 'refutes'"),
    ("claims/C10.yaml", lambda data: data["evidence"][0].update(lead=True), "evidence[0].seen_how: a lead has none"),
    ("claims/C10.yaml", lambda data: data["evidence"].append(data["evidence"][0]), "stands there twice"),
    (
        "claims/C10.yaml",
        lambda data: data["verdict"].update(rating="no-record"),
        "verdict.rating: 'no-record' is not on",
    ),
    (
        "claims/C10.yaml",
        lambda data: data["verdict"]["texts"]["de"].update(rationale="Zeile eins\n\nBeleg [@XX9]"),
        "verdict.texts.de.rationale: line 3: [@XX9] is not among the evidence",
    ),
    ("claims/C17.yaml", lambda data: data.pop("hold"), "hold: this key is missing"),
    ("article.yaml", lambda data: data["exclusions"][0].update(reason=" "), "exclusions[0].reason: a text is expected"),
    ("article.yaml", lambda data: data["exclusions"][0].update(why="x"), "exclusions[0].why: this key is not known"),
    ("claims/C28.yaml", lambda data: data.update(metric=50), "metric: str is expected"),
    (
        "claims/C10.yaml",
        lambda data: data["calculations"].append(data["calculations"][0]),
        "calculations[2].key: 'K1' stands there twice",
    ),
    (
        "claims/C10.yaml",
        lambda data: data["calculations"][0]["inputs"][0].update(evidence="XX9"),
        "calculations[0].inputs[0].evidence: 'XX9' is not among the evidence",
    ),
    (
        "claims/C10.yaml",
        lambda data: data["evidence"][0].update(lead=True, seen_how=""),
        "verdict.elements[0].evidence: 'DR3' is a lead that nobody has seen",
    ),
    (
        "claims/C10.yaml",
        lambda data: data["calculations"][0]["inputs"][0].update(value="many"),
        "calculations[0].inputs[0].value: 'many' cannot",
    ),
    (
        "claims/C10.yaml",
        lambda data: data["calculations"][0]["inputs"][0].update(value="NaN"),
        "calculations[0].inputs[0].value: a number is expected",
    ),
    (
        "claims/C10.yaml",
        lambda data: data["calculations"][0].update(expression="o1 / 0"),
        "calculations[0].expression: Here something is divided by zero",
    ),
    (
        "claims/C10.yaml",
        lambda data: data["calculations"][0].update(result="96.36"),
        "calculations[0].result: 96.35 comes of it",
    ),
    (
        "claims/C10.yaml",
        lambda data: data["calculations"][0].update(places=11),
        "calculations[0].places: 0 to 10 are expected",
    ),
    (
        "claims/C10.yaml",
        lambda data: data["verdict"]["elements"][0].update(finding="maybe"),
        "verdict.elements[0].finding: 'maybe' is not one of",
    ),
    (
        "claims/C10.yaml",
        lambda data: data["verdict"]["elements"][0].update(texts={}),
        "verdict.elements[0].texts: words are expected",
    ),
    (
        "claims/C10.yaml",
        lambda data: data["verdict"]["elements"][0].update(evidence=["XX9"]),
        "verdict.elements[0].evidence: 'XX9' is not among the evidence",
    ),
    ("claims/C28.yaml", lambda data: data["correction"].update(kind="first"), "correction.kind: 'first' is no kind"),
]


@pytest.mark.parametrize(("file", "edit", "problem"), BROKEN, ids=[f"{file} {text}" for file, _edit, text in BROKEN])
def test_what_does_not_fit_is_named(folder: Path, file: str, edit: Callable[[Any], None], problem: str) -> None:
    change(folder, file, edit)

    with pytest.raises(StoryError) as raised:
        story.read(folder, RATINGS)

    assert raised.value.file == file
    assert problem in str(raised.value)


def test_a_file_that_is_no_yaml_is_named(folder: Path) -> None:
    (folder / "claims" / "C01.yaml").write_text("key: [", encoding="utf-8")

    with pytest.raises(StoryError, match=r"claims/C01\.yaml: this is not YAML"):
        story.read(folder, RATINGS)


def test_a_file_of_another_encoding_is_named(folder: Path) -> None:
    (folder / "speakers.yaml").write_bytes("- name: Größe".encode("latin-1"))

    with pytest.raises(StoryError, match=r"speakers\.yaml: the file cannot be read"):
        story.read(folder, RATINGS)


def test_captures_of_different_texts_are_refused(folder: Path) -> None:
    (folder / "captures" / "3.txt").write_text("Another text. It says something else.", encoding="utf-8")

    with pytest.raises(StoryError, match="their clean texts differ"):
        story.read(folder, RATINGS)


def test_a_capture_without_a_text_is_named(folder: Path) -> None:
    (folder / "captures" / "2.txt").write_bytes(b"   ")

    with pytest.raises(StoryError, match=r"article\.yaml: captures\[1\]\.file: "):
        story.read(folder, RATINGS)


def test_a_folder_without_claims_is_refused(folder: Path) -> None:
    shutil.rmtree(folder / "claims")

    with pytest.raises(StoryError, match="there is no claim"):
        story.read(folder, RATINGS)
