"""The same span in Python and in the browser, over texts in which the two count differently.

Python counts code points, a browser's selection UTF-16 code units in text nodes; people see neither, but characters.
"""

from __future__ import annotations

import itertools
import unicodedata
from typing import TYPE_CHECKING, Any

import pytest

from claims.language import positions
from claims.vocabulary import Role
from tests import factories
from tests.browser.person import PASSWORD, Person

if TYPE_CHECKING:
    from claims.models import ArticleVersion

NASTY = {
    "two code units": "Im \U0001f1e9\U0001f1ea-Test stieg 𝔎𝔦 um 12 Prozent \U0001f469\u200d\U0001f52c sagt sie.",
    "combining marks": "Cafe\u0301 Nai\u0308ve kostete 2024 u\u0308ber 3 Euro, x\u0304 und q\u0323\u0307 auch.",
    "soft hyphens": "Die Donau\u00addampf\u00adschiff\u00adfahrt wuchs um 8 Prozent.",
    "from right to left": "قال الوزير إن الأسعار ارتفعت بنسبة 12 في المئة في عام 2024.",
    "vowel points": "הַמֶּמְשָׁלָה אָמְרָה שֶׁהַמְּחִירִים עָלוּ בְּ־7 אָחוּז.",
    "both directions": "Das Wort שלום steht 3 Mal im Text, und ٪12 daneben.",
    "markup": 'Der <b>Preis</b> &amp; die "Miete" stiegen um 5 < 6 Prozent, sagt O\'Neil & Co.',
    "spaces of other kinds": "Um 12\u00a0Prozent\u2009mehr,  zwei Leerzeichen\tund ein Tabulator:\u3000Ende.",
    "letters of their own": "ﬁnanziell ß ẞ ǅ 12½ ㎞ – „so“.",
    "a heading": "Ein Zwischentitel ohne Punkt",
    "Indic": "क्षत्रिय ने 2024 में 15 प्रतिशत वृद्धि की।",
}
TEXT = "\n\n".join(NASTY.values())

# What a script does with the page's own module: offsets over #reader-text, and a body that answers.
SCRIPT = """
const done = arguments[arguments.length - 1];
if (arguments[0] === "without") Intl.Segmenter = undefined;
import("/static/claims/js/reader/offsets.js").then(({ Offsets }) => {
  const offsets = new Offsets(document.querySelector("#reader-text"));
  const given = arguments[1];
  const answer = (() => { %s })();
  done({ answer });
}).catch((error) => done({ error: String(error) }));
"""


@pytest.fixture
def version(transactional_db: None) -> ArticleVersion:
    return factories.make_article(factories.make_user(Role.RESEARCHER), TEXT, language="de")


@pytest.fixture
def reader(person: Person, version: ArticleVersion) -> Person:
    factories.make_user(Role.RESEARCHER, "researcher", password=PASSWORD)
    person.log_in("researcher")
    person.go(f"/desk/articles/{version.article_id}/")
    person.find("[data-ready]")
    return person


def asked(reader: Person, body: str, given: Any = None, segmenter: str = "with") -> Any:
    """What ``body``, with ``offsets`` and ``given`` at hand, returns in the page."""
    found = reader.browser.execute_async_script(SCRIPT % body, segmenter, given)
    assert "error" not in found, found
    return found["answer"]


def blocks(reader: Person) -> list[tuple[int, int, str]]:
    return asked(reader, "return offsets.blocks.map((b, i) => [offsets.starts[i], offsets.ends[i], b.textContent])")


def spans(version: ArticleVersion, found: list[tuple[int, int, str]]) -> list[tuple[int, int]]:
    """Spans between the places where words begin and end, within a block and over several."""
    text = version.text
    edges = [at for start, end, _words in found for at in range(start, end + 1) if _is_edge(text, at)]
    near = [pair for step in (1, 2, 5) for pair in zip(edges, edges[step:], strict=False)]
    far = [(edges[0], at) for at in edges[1::7]] + [(at, edges[-1]) for at in edges[:-1:7]]
    return [(start, end) for start, end in near + far if text[start:end].strip()]


def _is_edge(text: str, at: int) -> bool:
    return (0 < at < len(text) and text[at - 1 : at].isspace() != text[at : at + 1].isspace()) or at == len(text)


def without_gaps(text: str, start: int, end: int, found: list[tuple[int, int, str]]) -> str:
    """The words of a span as the page holds them: the white space between two blocks is not there."""
    return "".join(text[max(start, first) : min(end, last)] for first, last, _words in found if first < end > start)


def test_a_block_holds_its_stretch_of_the_text_to_the_character(reader: Person, version: ArticleVersion) -> None:
    found = blocks(reader)

    assert [words for _start, _end, words in found] == [version.text[start:end] for start, end, _words in found]
    assert " ".join(words for _start, _end, words in found).split() == version.text.split()
    assert len(found) == len(NASTY)


@pytest.mark.parametrize("segmenter", ["with", "without"])
def test_a_span_goes_into_the_page_and_comes_back_as_it_was(
    reader: Person, version: ArticleVersion, segmenter: str
) -> None:
    found = blocks(reader)
    tried = spans(version, found)
    trimmed = [_trimmed(version.text, start, end) for start, end in tried]

    answers = asked(
        reader,
        "return given.map(([start, end]) => { const range = offsets.range(start, end);"
        " const span = offsets.span(range); return [range.toString(), span && [span.start, span.end]]; })",
        tried,
        segmenter,
    )

    assert len(tried) > 300
    for (start, end), expected, (words, span) in zip(tried, trimmed, answers, strict=True):
        assert words == without_gaps(version.text, start, end, found), (start, end)
        assert span == list(expected), (version.text[start:end], start, end)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    words = text[start:end]
    return start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip())


def test_a_place_of_the_browser_is_the_same_position_in_python(reader: Person, version: ArticleVersion) -> None:
    """Every code unit of every text node, but those between the halves of a pair, which no caret reaches."""
    answers = asked(
        reader,
        """
        const found = [];
        offsets.blocks.forEach((block, index) => {
          const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
          let units = 0;
          while (walker.nextNode()) {
            const { data } = walker.currentNode;
            for (let unit = 0; unit <= data.length; unit += 1) {
              if (/[\\uDC00-\\uDFFF]/.test(data[unit] ?? "")) continue;
              found.push([index, units + unit, offsets.position(walker.currentNode, unit)]);
            }
            units += data.length;
          }
        });
        return found;
        """,
    )
    found = blocks(reader)

    assert len(answers) >= len(version.text) - 2 * len(found)
    for index, unit, position in answers:
        start, _end, words = found[index]
        assert [start + within for within in positions.from_utf16(words, [unit])] == [position]


@pytest.mark.parametrize("segmenter", ["with", "without"])
def test_no_end_lands_within_a_character(reader: Person, version: ArticleVersion, segmenter: str) -> None:
    """From wherever a caret is put: ends take in whole characters with the marks that belong to them."""
    answers = asked(
        reader,
        """
        const found = [];
        offsets.blocks.forEach((block, index) => {
          const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const node = walker.currentNode;
            for (let unit = 0; unit < node.length; unit += 1) {
              const range = document.createRange();
              range.setStart(node, unit);
              range.setEnd(node, unit + 1);
              const span = offsets.span(range);
              if (span) found.push([span.start, span.end]);
            }
          }
        });
        return found;
        """,
        None,
        segmenter,
    )

    assert len(answers) > 300
    for start, end in itertools.chain(answers):
        assert start < end
        for at in (start, end):
            following = version.text[at : at + 1]
            assert not (following and unicodedata.combining(following)), version.text[at - 2 : at + 2]
            assert following != "\u200d"
            assert version.text[at - 1 : at] != "\u200d"


@pytest.mark.parametrize("segmenter", ["with", "without"])
def test_steps_by_character_and_by_word_go_through_the_whole_text_and_back(
    reader: Person, version: ArticleVersion, segmenter: str
) -> None:
    walked = asked(
        reader,
        """
        const walk = (from, step) => {
          const found = [from];
          for (let at = step(from); at !== found.at(-1) && found.length < 5000; at = step(at)) found.push(at);
          return found;
        };
        const end = offsets.end;
        return {
          next: walk(offsets.starts[0], (at) => offsets.next(at)),
          previous: walk(end, (at) => offsets.previous(at)).reverse(),
          words: walk(offsets.starts[0], (at) => offsets.nextWord(at)),
          wordsBack: walk(end, (at) => offsets.previousWord(at)).reverse(),
        };
        """,
        None,
        segmenter,
    )

    assert walked["next"] == walked["previous"] == sorted(set(walked["next"]))
    assert walked["words"] == walked["wordsBack"]
    assert (walked["words"][0], walked["words"][-1]) == (0, len(version.text))
    assert len(walked["next"]) > len(walked["words"]) > len(version.text.split()) / 2
