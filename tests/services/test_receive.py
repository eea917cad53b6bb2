"""Taking in copies as they come: same or new, what is kept, and where quotations stand afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.test import override_settings

from claims.errors import Refused, Unreadable
from claims.language import Analysis, analyse
from claims.models import AlsoAppeared, Anchor, Article, ArticleVersion, Capture, Claim, LedgerEntry, TextBand
from claims.services import intake, records, verification
from claims.services.intake import Intake, Outcome
from claims.services.quoting import Passage
from tests import factories
from tests.factories import Desk

pytestmark = pytest.mark.django_db

CAPTURES = Path(settings.BASE_DIR) / "fixtures" / "story" / "captures"
PARAGRAPHS = (
    "The council of Norburg decided on Monday to close the old harbour bridge for eighteen months.",
    "Engineers had found cracks in four of its nine pillars, the city said, and traffic would go by the ring road.",
    "The repair costs 42 million euros, twice what was planned in 2019, according to the treasurer Ida Brandt.",
    "Shop owners near the bridge fear for their trade and ask for help until the summer of 2027.",
    "A ferry will carry people across from May on, every twenty minutes and without a fare.",
)
TEXT = "\n".join(PARAGRAPHS)


@pytest.fixture
def desk() -> Desk:
    return factories.make_desk()


def receive(desk: Desk, text: str | bytes, **options: Any) -> Intake:
    raw = text if isinstance(text, bytes) else text.encode()
    return intake.receive(actor=desk.researcher, raw=raw, **options)


def confirmed(desk: Desk, taken: Intake) -> ArticleVersion:
    version = taken.version
    return intake.confirm(actor=desk.researcher, article_id=version.article_id, version_id=version.pk)


def mark(desk: Desk, version: ArticleVersion, words: str) -> Claim:
    start = version.text.index(words)
    passage = Passage(version=version, start=start, end=start + len(words))
    return intake.mark_claim(actor=desk.researcher, passages=[passage], statements={"en": words})


# Same or new


def test_three_copies_of_the_story_are_one_article_one_version_three_captures(desk: Desk) -> None:
    outcomes = [receive(desk, (CAPTURES / f"{number}.txt").read_bytes()).outcome for number in (1, 2, 3)]

    assert outcomes == [Outcome.ARTICLE, Outcome.COPY, Outcome.COPY]
    assert (Article.objects.count(), ArticleVersion.objects.count(), Capture.objects.count()) == (1, 1, 3)
    assert Article.objects.get().title == "KI-Wettlauf zwischen USA und China verschärft sich"
    assert all(capture.residue for capture in Capture.objects.all())
    assert list(verification.verify()) == []


def test_the_very_same_bytes_are_one_capture(desk: Desk) -> None:
    first, second = receive(desk, TEXT), receive(desk, TEXT)

    assert second.outcome is Outcome.KNOWN
    assert first.capture == second.capture
    assert LedgerEntry.objects.filter(article=first.version.article).count() == 1


def test_the_raw_bytes_are_kept_as_they_came(desk: Desk) -> None:
    raw = "\ufeff<p>Die Brücke&nbsp;in Norburg wird für achtzehn Monate gesperrt, sagte die Stadt.</p>".encode()

    capture = receive(desk, raw).capture

    assert bytes(Capture.objects.get(pk=capture.pk).raw) == raw


def test_a_near_identical_text_is_a_new_version(desk: Desk) -> None:
    first = receive(desk, TEXT)
    second = receive(desk, TEXT.replace("every twenty minutes", "every thirty minutes"))

    assert second.outcome is Outcome.VERSION
    assert second.version.article == first.version.article
    assert second.version.number == 2


def test_another_text_at_the_same_address_is_a_new_version(desk: Desk) -> None:
    address = "https://paper.example.org/bridge"
    first = receive(desk, TEXT, url=address)
    second = receive(desk, "The bridge stays open after all, the council of Norburg said on Tuesday.", url=address)

    assert (second.outcome, second.version.article) == (Outcome.VERSION, first.version.article)


def html(text: str, canonical: str) -> str:
    paragraphs = "".join(f"<p>{line}</p>" for line in text.splitlines())
    head = f'<title>The bridge</title><link rel="canonical" href="{canonical}">'
    return f"<!doctype html><html lang='en'><head>{head}</head><body><article>{paragraphs}</article></body></html>"


HERE = "https://paper.example.org/bridge?from=newsletter"

# What a page calls its own address -> the address that the article gets.
CANONICAL = [
    ("https://paper.example.org/bridge", "https://paper.example.org/bridge"),
    ("https://PAPER.example.org/bridge", "https://PAPER.example.org/bridge"),
    ("/bridge", "https://paper.example.org/bridge"),
    ("https://other.example.net/bridge", HERE),
    ("https://www.paper.example.org/bridge", HERE),
    ("https://paper.example.org.evil.example/bridge", HERE),
    ("https://paper.example.org@evil.example/bridge", HERE),
    ("//evil.example/bridge", HERE),
    ("", HERE),
]


@pytest.mark.parametrize(("canonical", "address"), CANONICAL)
def test_a_page_is_believed_its_own_address_on_its_own_host_alone(canonical: str, address: str, desk: Desk) -> None:
    taken = receive(desk, html(TEXT, canonical), url=HERE, content_type="text/html")

    assert taken.version.article.url == address
    assert taken.capture.url == address


def test_a_page_does_not_slip_into_an_article_of_another_site(desk: Desk) -> None:
    """Else whoever is read here could put their words in place of another paper's."""
    theirs = receive(desk, TEXT, url="https://other.example.net/bridge")
    page = html("The bridge stays open after all, the council of Norburg said on Tuesday.", theirs.capture.url)

    taken = receive(desk, page, url=HERE, content_type="text/html")

    assert taken.outcome is Outcome.ARTICLE
    assert theirs.version.article.versions.count() == 1
    assert (
        not Article.objects.get(pk=taken.version.article_id).versions.filter(article__url=theirs.capture.url).exists()
    )


def test_a_page_whose_address_nobody_gave_is_believed(desk: Desk) -> None:
    taken = receive(desk, html(TEXT, "https://paper.example.org/bridge"), content_type="text/html")

    assert taken.version.article.url == "https://paper.example.org/bridge"


def test_two_addresses_of_one_page_are_one_article(desk: Desk) -> None:
    canonical = "https://paper.example.org/bridge"
    first = receive(desk, html(TEXT, canonical), url=HERE, content_type="text/html")
    again = html("The bridge stays open after all, the council of Norburg said on Tuesday.", canonical)

    second = receive(desk, again, url=f"{canonical}?print=1", content_type="text/html")

    assert (second.outcome, second.version.article) == (Outcome.VERSION, first.version.article)


def test_a_reprint_elsewhere_is_an_article_of_its_own_that_a_person_may_link(desk: Desk) -> None:
    first = receive(desk, TEXT, url="https://paper.example.org/bridge")
    reprint = receive(desk, f"From our wire desk.\n{TEXT}", url="https://other.example.net/b")

    assert reprint.outcome is Outcome.ARTICLE
    assert [found.article for found in reprint.lookalikes] == [first.version.article]
    link = {"article_id": reprint.version.article_id, "other_id": first.version.article_id}
    assert intake.link_appearance(actor=desk.researcher, **link) == intake.link_appearance(
        actor=desk.researcher, **link
    )
    assert AlsoAppeared.objects.count() == 1


def test_another_outlet_is_elsewhere_too(desk: Desk) -> None:
    one, other = (records.create_outlet(actor=desk.researcher, name=name) for name in ("One", "Other"))
    first = receive(desk, TEXT, outlet=one)
    second = receive(desk, TEXT.replace("on Monday", "on Sunday"), outlet=other)

    assert second.outcome is Outcome.ARTICLE
    assert second.version.article != first.version.article


def test_a_different_text_is_a_new_article_without_lookalikes(desk: Desk) -> None:
    receive(desk, TEXT)
    other = receive(desk, "Rents rose by nine per cent in the city, the register says. The union counted new leases.")

    assert (other.outcome, other.lookalikes) == (Outcome.ARTICLE, ())


def test_a_guessed_title_gives_way_to_one_that_a_copy_brings(desk: Desk) -> None:
    first = receive(desk, TEXT)
    assert first.version.article.title_is_guess
    receive(desk, TEXT.replace("from May on", "from June on"), title="The bridge closes")

    article = Article.objects.get()
    assert (article.title, article.title_is_guess) == ("The bridge closes", False)


def test_each_copy_is_one_entry_and_one_rise(desk: Desk) -> None:
    taken = receive(desk, TEXT)
    receive(desk, TEXT + "\n")

    article = Article.objects.get(pk=taken.version.article_id)
    assert article.revision == article.ledger.count() == 2


# What bad input gets: one sentence, the bytes kept, no half-made article.

BAD = {
    "empty": b"",
    "white space": b" \n\t ",
    "binary": bytes(range(256)) * 20,
    "a picture": b"\x89PNG\r\n\x1a\n" + b"\x00" * 64,
    "compressed": b"\x1f\x8b\x08\x00" + b"\x00" * 64,
    "markup alone": b"<html><body><img src=x onerror=alert(1)></body></html>",
}


@pytest.mark.parametrize("raw", BAD.values(), ids=list(BAD))
def test_what_gives_no_text_is_refused_in_words_and_kept(desk: Desk, raw: bytes) -> None:
    for _twice in range(2):
        with pytest.raises(Unreadable, match=r"\.$"):
            receive(desk, raw)

    assert not Article.objects.exists()
    assert [bytes(capture.raw) for capture in Capture.objects.all()] == ([raw] if raw else [])
    assert all(capture.problem for capture in Capture.objects.all())


def test_nobody_without_the_right_takes_anything_in(desk: Desk) -> None:
    for person in (desk.auditor, factories.make_user()):
        for raw in (TEXT.encode(), b"\x00\x01"):
            with pytest.raises(PermissionDenied):
                intake.receive(actor=person, raw=raw)

    assert not Capture.objects.exists()


# Understanding


def test_the_analysis_is_stored_with_its_analyser(desk: Desk) -> None:
    version = receive(desk, TEXT).version

    assert version.analyser == analyse("", "en").analyser
    assert [sentence["text"] for sentence in version.analysis] == list(PARAGRAPHS)
    assert any(sentence["suggested"] and sentence["reasons"] for sentence in version.analysis)


def other_analyser(_text: str, language: str) -> Analysis:
    return Analysis(language, "another-1", ())


@override_settings(CLAIM_ANALYSER=f"{__name__}.other_analyser")
def test_another_analyser_can_be_put_in(desk: Desk) -> None:
    version = receive(desk, TEXT).version

    assert (version.analyser, version.analysis) == ("another-1", [])


def test_each_version_has_its_bands(desk: Desk) -> None:
    version = receive(desk, TEXT).version

    assert TextBand.objects.filter(version=version).exists()


# Confirming and mending


def test_claims_are_marked_only_in_a_confirmed_text(desk: Desk) -> None:
    taken = receive(desk, TEXT)
    with pytest.raises(Refused, match="Confirm the article's text"):
        mark(desk, taken.version, "42 million euros")

    version = confirmed(desk, taken)

    assert version.confirmed_by == desk.researcher
    assert mark(desk, version, "42 million euros").quotations.get().version == version


def test_confirming_twice_is_one_entry(desk: Desk) -> None:
    taken = receive(desk, TEXT)
    for _twice in range(2):
        confirmed(desk, taken)

    assert taken.version.article.ledger.filter(action="confirm").count() == 1


def test_a_mended_text_is_a_version_that_says_so(desk: Desk) -> None:
    version = receive(desk, f"Menu Home Sport\n{TEXT}").version

    mended = intake.mend(actor=desk.editor, article_id=version.article_id, version_id=version.pk, text=TEXT)

    assert (mended.number, mended.mended, mended.confirmed_by) == (2, True, desk.editor)
    assert ArticleVersion.objects.get(pk=version.pk).text == version.text


def test_mending_nothing_is_refused(desk: Desk) -> None:
    version = receive(desk, TEXT).version

    with pytest.raises(Refused, match="as it was"):
        intake.mend(actor=desk.editor, article_id=version.article_id, version_id=version.pk, text=version.text)


# A new version: every quotation is looked for again, and a lookalike is never taken.

ALTERATIONS = {
    "nothing near it": (TEXT.replace("every twenty", "every thirty"), "exact", "42 million euros"),
    "a paragraph in front": (f"The news of the day.\n{TEXT}", "moved", "42 million euros"),
    "another number": (TEXT.replace("42 million", "24 million"), "changed", "The repair costs 42 million euros"),
    "a negation": (TEXT.replace("decided on Monday", "did not decide on Monday"), "changed", "decided on Monday"),
    "gone": (TEXT.replace(PARAGRAPHS[2] + "\n", ""), "lost", PARAGRAPHS[2]),
}


@pytest.mark.parametrize(("text", "state", "words"), ALTERATIONS.values(), ids=list(ALTERATIONS))
def test_a_new_version_says_what_became_of_each_quotation(desk: Desk, text: str, state: str, words: str) -> None:
    address = "https://paper.example.org/bridge"
    claim = mark(desk, confirmed(desk, receive(desk, TEXT, url=address)), words)

    taken = receive(desk, text, url=address)

    anchor = Anchor.objects.get(quotation__claim=claim)
    assert (taken.outcome, anchor.version, anchor.state) == (Outcome.VERSION, taken.version, state)
    if state in ("exact", "moved"):
        assert taken.version.text[anchor.start : anchor.end] == words
    entry = claim.ledger.latest("sequence")
    assert (entry.action, entry.changed_content) == ("anchor", False)
    assert entry.change_set == taken.version.article.ledger.latest("sequence").change_set


def test_a_person_confirms_where_it_stands(desk: Desk) -> None:
    claim = mark(desk, confirmed(desk, receive(desk, TEXT)), "The repair costs 42 million euros")
    receive(desk, TEXT.replace("42 million", "24 million"))
    anchor = Anchor.objects.get(quotation__claim=claim)

    newest = intake.confirm_anchor(actor=desk.editor, claim_id=claim.pk, anchor_id=anchor.pk)

    assert (newest.state, newest.confirmed_by) == (anchor.state, desk.editor)
    assert Anchor.objects.filter(quotation__claim=claim).count() == 2
    assert list(verification.verify()) == []


def test_a_place_that_was_looked_for_again_since_is_not_confirmed(desk: Desk) -> None:
    claim = mark(desk, confirmed(desk, receive(desk, TEXT)), "The repair costs 42 million euros")
    receive(desk, TEXT.replace("42 million", "24 million"))
    old = Anchor.objects.get(quotation__claim=claim)
    receive(desk, TEXT.replace("42 million", "43 million"))

    with pytest.raises(Refused, match="looked for again"):
        intake.confirm_anchor(actor=desk.editor, claim_id=claim.pk, anchor_id=old.pk)


def test_bytes_beyond_the_limit_are_not_kept(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("claims.language.encoding.MAX_BYTES", 1000)

    with pytest.raises(Unreadable):
        receive(desk, b"words " * 500)

    assert not Capture.objects.exists()


# What comes with a copy is held to its fields, whatever the copy turns out to be.
@pytest.mark.parametrize(
    "options",
    [
        {"url": "javascript:alert(1)"},
        {"url": "https://paper.example.org/" + "b" * 2000},
        {"content_type": "text/plain; " + "x" * 300},
    ],
    ids=["no address", "a long address", "a long type"],
)
@pytest.mark.parametrize("raw", [TEXT.encode() + b"\n", b"\x89PNG\r\n\x1a\n" + b"\x00" * 64], ids=["a copy", "unread"])
def test_what_does_not_fit_is_refused_and_nothing_kept(desk: Desk, raw: bytes, options: dict[str, str]) -> None:
    receive(desk, TEXT)

    with pytest.raises(Refused):
        receive(desk, raw, **options)

    assert Capture.objects.count() == 1
