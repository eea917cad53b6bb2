"""The reader's page: the article's text as scripts count it, its claims by stage, and what people may do with it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims.language.positions import from_utf16, to_utf16
from claims.models import ArticleVersion, Claim
from claims.services import intake, research
from claims.services.intake import Received
from claims.services.quoting import Passage
from tests import factories
from tests.views.desk.helpers import as_user, page, text
from tests.views.desk.reader_page import ReaderPage

pytestmark = pytest.mark.django_db


def address(version: ArticleVersion) -> str:
    return reverse("desk:article", args=[version.article_id])


def read(user: User, version: ArticleVersion, **asked: Any) -> ReaderPage:
    return ReaderPage(as_user(user).get(address(version), asked))


def mark(desk: factories.Desk, version: ArticleVersion, start: int, end: int, **values: Any) -> Claim:
    return factories.inbox_claim(desk, version=version, passages=[Passage(version, start, end)], **values)


def mark_words(desk: factories.Desk, version: ArticleVersion, words: str) -> Claim:
    start = version.text.index(words)
    return mark(desk, version, start, start + len(words))


# The text


TEXTS = [
    ("markup", "Before <script>alert(1)</script> &amp; after.\n\n<b>Not bold</b> “quoted” 'so' \"so\"."),
    ("surrogate pairs", "A 😀 smile. 👩‍👩‍👧 A family said 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 in 2024.\n𝒳 rose by 12 per cent."),
    ("combining marks", "Ge\u0301ant q\u0323\u0307 and a\u0308\u0301 in 2024.\u0301 Next."),
    ("soft hyphens", "Die Miet\u00adpreis\u00adbrem\u00adse gilt\u00ad seit 2015. Sie endet\u00ad 2029."),
    ("right to left", "ارتفعت الإيجارات بنسبة 12٪ في عام 2024. قال العمدة ذلك.\n\nעלו ב-12 אחוז (2024)."),
    ("odd spaces", "One\u00a0two\u2009three.\u2028Four.\t Five.\u000b Six. \n\n\n  Seven. "),
    ("one long line", "Rents rose by 3 per cent. " * 40),
]


@pytest.mark.parametrize("words", [words for _name, words in TEXTS], ids=[name for name, _words in TEXTS])
def test_the_blocks_hold_the_text_to_the_sign(desk: factories.Desk, words: str) -> None:
    """What stands in the page between two positions is what the version has there, whatever is marked."""
    version = factories.make_article(desk.researcher, text=words)
    length = len(version.text)
    spans = [(0, length // 2), (length // 3, length), (length // 3, length // 2 + 3)]
    for start, end in spans:
        mark(desk, version, start, end)

    shown = read(desk.researcher, version)

    assert not shown.stray
    for block in shown.blocks:
        assert block.text == version.text[slice(*block.span)]
    outside = list(version.text)
    for start, end in (block.span for block in shown.blocks):
        outside[start:end] = ""
        outside[start:start] = [""] * (end - start)
    assert not "".join(outside).strip()
    assert shown.root["data-length"] == str(length)
    units = to_utf16(version.text, [position for span in spans for position in span])
    assert from_utf16(version.text, units) == [position for span in spans for position in span]


def test_headings_are_kept(desk: factories.Desk) -> None:
    line = "The union said that rents rose by 12 per cent in 2024."
    version = factories.make_article(
        desk.researcher, text=f"Rents and wages\n{line}\nWhat the mayor says\n{line} Again."
    )

    shown = read(desk.auditor, version)

    assert [(block.tag, block.text) for block in shown.blocks][::2] == [
        ("h3", "Rents and wages"),
        ("h3", "What the mayor says"),
    ]


def test_what_is_suggested_is_underlined_and_stands_in_the_list(desk: factories.Desk) -> None:
    version = factories.make_article(desk.researcher)

    shown = read(desk.auditor, version)

    suggested = {str(at) for at, sentence in enumerate(version.analysis) if sentence["suggested"]}
    assert {item["data-sentence"] for item in shown.sentences if "data-suggested" in item} == suggested
    assert {piece.attributes["data-sentence"] for piece in shown.pieces if "is-suggested" in piece.classes} == suggested
    for item in shown.sentences:
        sentence = version.analysis[int(item["data-sentence"])]
        assert (item["data-start"], item["data-end"]) == (str(sentence["start"]), str(sentence["end"]))
        assert item["id"] == f"sentence-{item['data-sentence']}"


def test_overlapping_claims_have_a_line_each(desk: factories.Desk) -> None:
    version = factories.make_article(desk.researcher)
    first = mark_words(desk, version, factories.PASSAGE)
    second = mark_words(desk, version, "rose by 12 per cent in 2024. The mayor")
    research.accept(claim_id=second.pk, actor=desk.researcher)

    shown = read(desk.auditor, version)

    assert "".join(piece.text for piece in shown.marks(first.pk)) == factories.PASSAGE
    both = [piece for piece in shown.marks(first.pk) if piece in shown.marks(second.pk)]
    assert "".join(piece.text for piece in both) == "rose by 12 per cent in 2024"
    assert {"lane-0-inbox", "lane-1-research"} <= set(both[0].classes)
    assert shown.marks(first.pk)[-1].attributes["data-ends"] == "1"
    assert shown.marks(second.pk)[-1].attributes["data-ends"] == "2"
    passages = [passage for block in shown.blocks for passage in block.passages]
    assert passages == [f"passage-{first.pk}", f"passage-{second.pk}"]


def test_a_hundred_overlapping_claims_are_drawn_and_listed(desk: factories.Desk) -> None:
    version = factories.make_article(desk.researcher)
    speaker = factories.make_speaker(desk.researcher)
    claims = [mark(desk, version, at, len(version.text) - at, speaker=speaker) for at in range(100)]

    shown = read(desk.auditor, version)

    assert len(shown.claims) == 100
    assert "".join(block.text for block in shown.blocks) == version.text.strip()
    assert any("lane-more" in piece.classes for piece in shown.pieces)
    middle = max(shown.pieces, key=lambda piece: len(piece.attributes.get("data-claims", "").split()))
    assert sorted(map(int, middle.attributes["data-claims"].split())) == [claim.pk for claim in claims]


# The list of claims


def test_a_claim_says_where_it_stands(desk: factories.Desk) -> None:
    version = factories.make_article(desk.researcher)
    claim = mark_words(desk, version, factories.PASSAGE)
    quotation = claim.quotations.get()

    [shown] = read(desk.researcher, version).claims

    assert shown["id"] == f"claim-{claim.pk}"
    assert (shown["data-stage"], shown["data-revision"], shown["data-number"]) == ("inbox", "1", "1")
    assert (shown["data-start"], shown["data-end"]) == (str(quotation.start), str(quotation.end))
    assert shown["data-quotation"] == str(quotation.pk)
    assert shown["data-quotation-url"] == f"/desk/claims/{claim.pk}/quotations/{quotation.pk}/"


def test_a_claim_of_an_older_version_is_found_here_but_its_ends_are_moved_there(desk: factories.Desk) -> None:
    first = factories.make_article(desk.researcher)
    claim = mark_words(desk, first, factories.PASSAGE)
    newest = factories.make_version(desk.researcher, first.article, f"New. {factories.TEXT}")

    shown = read(desk.researcher, newest)

    assert "".join(piece.text for piece in shown.marks(claim.pk)) == factories.PASSAGE
    assert "data-quotation" not in shown.claims[0]


def test_a_claim_that_stands_in_two_places_says_so(desk: factories.Desk) -> None:
    version = factories.make_article(desk.researcher)
    passages = [factories.passage(version), factories.passage(version, "plainly wrong")]
    claim = factories.inbox_claim(desk, version=version, passages=passages)

    shown = as_user(desk.researcher).get(address(version))

    assert "Stands in one more place" in text(shown)
    assert len(ReaderPage(shown).marks(claim.pk)) >= 2


def test_stages_are_counted_and_filtered(desk: factories.Desk) -> None:
    version = factories.make_article(desk.researcher)
    waiting = [mark_words(desk, version, words) for words in ("Rents are", "The mayor called")]
    taken = mark_words(desk, version, factories.PASSAGE)
    research.accept(claim_id=taken.pk, actor=desk.researcher)

    whole, part = read(desk.auditor, version), read(desk.auditor, version, stage="research")

    assert whole.chips == part.chips == {"": "3", "inbox": "2", "research": "1"}
    assert [item["data-claim"] for item in part.claims if "hidden" not in item] == [str(taken.pk)]
    assert [item["data-number"] for item in part.claims] == ["1", "2", "3"], "a number stays its claim's"
    assert not any("hidden" in item for item in whole.claims)
    assert part.marks(waiting[0].pk), "the text shows them all"
    assert part.root["data-page-url"].endswith("?version=1&stage=research")


@pytest.mark.parametrize("stage", ["nonsense", "published", "\0", "<b>"])
def test_a_stage_that_no_claim_is_in_filters_nothing(desk: factories.Desk, stage: str) -> None:
    version = factories.make_article(desk.researcher)
    mark_words(desk, version, factories.PASSAGE)

    assert len(read(desk.auditor, version, stage=stage).claims) == 1


def test_two_claims_of_the_same_words_are_offered_as_one_on_both(desk: factories.Desk) -> None:
    version = factories.make_article(desk.researcher)
    one, two = mark_words(desk, version, factories.PASSAGE), mark_words(desk, version, factories.PASSAGE[:-8])

    shown = page(desk.researcher, address(version))

    assert "Same words as claim 1" in shown
    assert "Same words as claim 2" in shown
    assert f'href="/desk/claims/{one.pk}/link/?q=%23{two.pk}"' in shown
    assert f'href="/desk/claims/{two.pk}/link/?q=%23{one.pk}"' in shown


def test_the_step_that_links_finds_the_other_claim_by_that_address(desk: factories.Desk) -> None:
    version = factories.make_article(desk.researcher)
    one, two = mark_words(desk, version, factories.PASSAGE), mark_words(desk, version, factories.PASSAGE)

    assert f'id="same-as-{two.pk}"' in page(desk.researcher, f"/desk/claims/{one.pk}/link/?q=%23{two.pk}")


def test_what_cannot_be_linked_is_told_all_the_same(desk: factories.Desk) -> None:
    version = factories.make_article(desk.researcher)
    published = factories.published_claim(desk, version=version)
    mark_words(desk, version, factories.PASSAGE)

    shown = page(desk.researcher, address(version))

    assert "Same words as claim" in shown
    assert f"/desk/claims/{published.pk}/link/" not in shown
    assert "/link/?q=" not in page(desk.auditor, address(version))


# Who may, and where


def test_whoever_works_here_may_mark_and_set_aside_and_the_auditor_sees(desk: factories.Desk) -> None:
    version = factories.make_article(desk.researcher)
    working, watching = read(desk.researcher, version), read(desk.auditor, version)

    assert (working.root["data-may-mark"], working.root["data-may-set-aside"]) == ("yes", "yes")
    assert not {"data-may-mark", "data-may-set-aside"} & set(watching.root)
    assert "mark/?version=1" in page(desk.researcher, address(version))
    assert "mark/?version=1" not in page(desk.auditor, address(version))
    assert (
        "Mark a claim"
        not in page(desk.auditor, address(version)).partition('id="sentences"')[2].partition("</section>")[0]
    )


def test_a_text_that_nobody_confirmed_is_read_but_not_marked(desk: factories.Desk) -> None:
    received = Received(raw=b"x", text=factories.TEXT, confirmed=False)
    version = intake.take_in(actor=desk.researcher, received=received, title="A", language="en").version

    shown = as_user(desk.researcher).get(address(version))

    assert "data-may-mark" not in ReaderPage(shown).root
    assert "Look at the text and at what was cut" in text(shown)


def test_the_page_costs_the_same_however_much_is_in_it(desk: factories.Desk) -> None:
    """Claims, quotations, sentences set aside and twins cost no query of their own."""
    client = as_user(desk.editor)
    counts = []
    for number in (2, 12):
        version = factories.make_article(
            desk.researcher, text=f"{factories.TEXT} {number}. " + "He said 5 per cent. " * 5
        )
        for place in range(number):
            mark(desk, version, 9 * place, 9 * place + 7)
            mark(desk, version, 9 * place, 9 * place + 8)
        for sentence in version.analysis[: number // 2]:
            span = {"start": sentence["start"], "end": sentence["end"]}
            intake.set_aside(
                actor=desk.editor, article_id=version.article_id, version_id=version.pk, **span, reason="So."
            )
        client.get(address(version))
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address(version)).status_code == 200
        counts.append(len(caught))

    assert counts[0] == counts[1] <= 16


def test_an_auditor_is_not_offered_to_move_ends(desk: factories.Desk) -> None:
    version = factories.make_article(desk.researcher)
    mark_words(desk, version, factories.PASSAGE)

    assert "Ends and voices" in page(desk.researcher, address(version))
    assert "Ends and voices" not in page(desk.auditor, address(version))
    assert "data-quotation-url" not in read(desk.auditor, version).claims[0]


def test_ends_are_not_offered_where_content_is_not_edited(desk: factories.Desk) -> None:
    version = factories.make_article(desk.researcher)
    factories.published_claim(desk, version=version)

    assert "Ends and voices" not in page(desk.researcher, address(version))
