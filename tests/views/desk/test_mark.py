"""Marking a claim in an article: what the form is filled in with, what becomes of it, and what bad input gets."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims.errors import Busy
from claims.models import ArticleVersion, Claim, LedgerEntry, Outlet, Speaker
from claims.services import intake, records, research
from claims.services.intake import Received
from claims.services.quoting import Passage
from claims.vocabulary import Role, Status
from tests import factories
from tests.views.desk.forms import read_form
from tests.views.desk.helpers import as_user, text

pytestmark = pytest.mark.django_db

PART = {"x-part": "form"}
HEARSAY = "Rents rose by 3 per cent. The agency reportedly closed 4 of its offices in March 2025. He left."
GERMAN = (
    "Die Stadt wächst. Die Agentur soll um 90 bis 95 Prozent teurer als 2020 sein. "
    "Baidu behauptet, dass der Umsatz am 18. März um mehr als 5 Milliarden Euro stieg."
)


def address(version: ArticleVersion, **asked: Any) -> str:
    page = reverse("desk:mark", args=[version.article_id])
    query = "&".join(f"{name}={value}" for name, value in {"version": version.number, **asked}.items())
    return f"{page}?{query}"


def span(version: ArticleVersion, words: str) -> dict[str, int]:
    start = version.text.index(words)
    return {"start": start, "end": start + len(words)}


def get(user: User, version: ArticleVersion, words: str = "", speaks: str = "en", **asked: Any) -> HttpResponse:
    where = {**(span(version, words) if words else {}), **asked}
    return as_user(user, speaks).get(address(version, **where))


def filled(user: User, version: ArticleVersion, words: str) -> dict[str, Any]:
    """The form as it is opened for these words, with every field as it stands there."""
    answer = get(user, version, words)
    assert answer.status_code == 200
    return read_form(answer.content.decode(), "statement")


def send(user: User, version: ArticleVersion, form: dict[str, Any], **options: Any) -> HttpResponse:
    return as_user(user).post(reverse("desk:mark", args=[version.article_id]), form, **options)


def mark(user: User, version: ArticleVersion, words: str, **changes: Any) -> HttpResponse:
    return send(user, version, {**filled(user, version, words), **changes})


@pytest.fixture
def version(desk: factories.Desk) -> ArticleVersion:
    return factories.make_article(desk.researcher, outlet=factories.make_outlet(desk.researcher))


# What it is filled in with


def test_a_page_without_scripts_marks_a_claim(desk: factories.Desk, version: ArticleVersion) -> None:
    answer = as_user(desk.researcher).post(
        reverse("desk:mark", args=[version.article_id]),
        filled(desk.researcher, version, factories.PASSAGE),
        follow=True,
    )

    claim = Claim.objects.get()
    assert answer.redirect_chain[0][0].endswith(f"?version=1#claim-{claim.pk}")
    assert f"Marked as claim {claim.pk}." in text(answer)
    assert claim.status == Status.INBOX
    assert claim.quotations.get().exact == factories.PASSAGE
    assert claim.texts.get().statement == "Rents in the city rose by 12 per cent in 2024"


def test_the_words_stand_in_their_paragraph(desk: factories.Desk, version: ArticleVersion) -> None:
    shown = text(get(desk.researcher, version, factories.PASSAGE))

    assert f"<mark data-exact>{factories.PASSAGE}</mark>" in shown
    assert "The tenants' union said on Tuesday that </span>" in shown


def test_who_is_named_asserts_and_the_article_reports(desk: factories.Desk, version: ArticleVersion) -> None:
    """The speaker is known here by the very name that the text gives, whatever its case."""
    union = factories.make_speaker(desk.researcher, "UNION")
    outlet = version.article.outlet.speaker

    form = filled(desk.researcher, version, factories.PASSAGE)

    assert (form["voice-0-who"], form["voice-0-mode"], form["voice-0-naming"]) == (str(outlet.pk), "reports", "named")
    assert (form["voice-1-who"], form["voice-1-mode"], form["voice-1-naming"]) == (str(union.pk), "asserts", "named")
    assert form["speaker"] == str(union.pk)
    assert "voice-2-who" not in form or form["voice-2-who"] == ""


def test_hearsay_names_nobody(desk: factories.Desk) -> None:
    version = factories.make_article(desk.researcher, HEARSAY, outlet=factories.make_outlet(desk.researcher))

    form = filled(desk.researcher, version, "reportedly closed 4 of its offices")

    assert form["voice-0-mode"] == "reports"
    assert (form["voice-1-who"], form["voice-1-mode"], form["voice-1-naming"]) == ("unknown", "asserts", "implied")
    assert form.get("speaker", "") == ""


def test_the_article_speaks_for_itself_where_nobody_is_cited(desk: factories.Desk) -> None:
    outlet = factories.make_outlet(desk.researcher)
    version = factories.make_article(desk.researcher, HEARSAY, outlet=outlet)

    form = filled(desk.researcher, version, "Rents rose by 3 per cent")

    assert (form["voice-0-who"], form["voice-0-mode"]) == (str(outlet.speaker_id), "asserts")
    assert form["speaker"] == str(outlet.speaker_id)


def test_an_article_whose_outlet_nobody_knows_has_an_unknown_voice(desk: factories.Desk) -> None:
    version = factories.make_article(desk.researcher, HEARSAY)

    form = filled(desk.researcher, version, "Rents rose by 3 per cent")

    assert form["voice-0-who"] == "unknown"
    assert form.get("speaker", "") == ""


def test_somebody_new_is_offered_by_name_and_made_with_the_claim(desk: factories.Desk) -> None:
    version = factories.make_article(
        desk.researcher, GERMAN, language="de", outlet=factories.make_outlet(desk.researcher)
    )
    words = "dass der Umsatz am 18. März um mehr als 5 Milliarden Euro stieg"
    form = filled(desk.researcher, version, words)
    assert (form["voice-1-name"], form["new_speaker"]) == ("Baidu", "Baidu")

    assert send(desk.researcher, version, form).status_code == 302

    baidu = Speaker.objects.get(name="Baidu")
    claim = Claim.objects.get()
    assert claim.speaker == baidu
    assert [voice.speaker for voice in claim.quotations.get().voices.all()] == [version.article.outlet.speaker, baidu]


def test_numbers_read_on_the_claim_as_they_were_meant(desk: factories.Desk) -> None:
    version = factories.make_article(
        desk.researcher, GERMAN, language="de", outlet=factories.make_outlet(desk.researcher)
    )
    mark(desk.researcher, version, "um 90 bis 95 Prozent teurer als 2020 sein")
    mark(desk.researcher, version, "am 18. März um mehr als 5 Milliarden Euro stieg")

    pages = [text(as_user(desk.auditor).get(claim.get_absolute_url())) for claim in Claim.objects.order_by("pk")]

    assert "90–95 percent" in pages[0]
    assert "&gt; 5,000,000,000 EUR" in pages[1]
    assert "18 March 2025" in pages[1]


def test_only_numbers_in_the_picked_words_are_offered(desk: factories.Desk) -> None:
    version = factories.make_article(desk.researcher, HEARSAY)

    form = filled(desk.researcher, version, "closed 4 of its offices")

    assert (form["quantities-0-low"], form["quantities-0-high"]) == ("4", "4")
    assert form["quantities-TOTAL_FORMS"] == "2", "the one found, and an empty row"


def test_kinds_and_language_come_from_the_text(desk: factories.Desk) -> None:
    version = factories.make_article(desk.researcher, GERMAN, language="de")
    form = filled(desk.researcher, version, "Die Agentur soll um 90 bis 95 Prozent teurer als 2020 sein.")

    assert form["language"] == "de"
    assert {"quantity", "comparison"} <= set(form["kinds"])
    assert form["statement"] == "Die Agentur soll um 90 bis 95 Prozent teurer als 2020 sein."


def test_a_number_that_is_not_kept_stays_out(desk: factories.Desk) -> None:
    version = factories.make_article(desk.researcher, HEARSAY)
    form = filled(desk.researcher, version, "closed 4 of its offices")
    del form["quantities-0-keep"]

    send(desk.researcher, version, {**form, "quantities-0-low": "nonsense"})

    assert not Claim.objects.get().quantities.exists()


def test_blanks_round_the_words_are_no_part_of_them(desk: factories.Desk, version: ArticleVersion) -> None:
    here = span(version, " rents in the city ")

    assert "<mark data-exact>rents in the city</mark>" in text(get(desk.researcher, version, **here))


# A part of the reader's page


def test_a_part_of_the_page_is_the_form_alone(desk: factories.Desk, version: ArticleVersion) -> None:
    answer = as_user(desk.researcher).get(address(version, **span(version, factories.PASSAGE)), headers=PART)

    assert answer.status_code == 200
    assert "<html" not in text(answer)
    assert 'name="statement"' in text(answer)


def test_a_part_that_is_sent_answers_with_where_the_claim_is(desk: factories.Desk, version: ArticleVersion) -> None:
    form = filled(desk.researcher, version, factories.PASSAGE)
    answer = send(desk.researcher, version, form, headers=PART)

    claim = Claim.objects.get()
    assert answer.status_code == 201
    assert answer["Location"] == f"/desk/articles/{version.article_id}/?version=1#claim-{claim.pk}"
    assert f"Marked as claim {claim.pk}." in text(answer)
    assert "<html" not in text(answer)
    assert "Marked as" not in text(as_user(desk.researcher).get("/desk/articles/"))


def test_a_part_that_is_refused_comes_back_with_what_was_typed(desk: factories.Desk, version: ArticleVersion) -> None:
    form = filled(desk.researcher, version, factories.PASSAGE)
    answer = send(desk.researcher, version, {**form, "statement": " ", "why": "Typed with care."}, headers=PART)

    assert answer.status_code == 422
    assert "<html" not in text(answer)
    assert "A claim needs a statement" in text(answer)
    assert "Typed with care." in text(answer)


# The words, retyped


RETYPED = [
    ("rents in the city", "rents in the city", "cut"),
    ("rents\r\n  in the\tcity rose", "rents in the city rose", "other white space"),
    ("on Tuesday that rents in the city rose by 12 per cent", None, "extended"),
    ("The mayor called", None, "somewhere else"),
    ("r\u00adents in the city", "rents in the city", "a soft hyphen"),
    ('called the figure "plainly wrong"', "called the figure “plainly wrong”", "the quotation marks of a keyboard"),
]


@pytest.mark.parametrize(("exact", "found", "_what"), RETYPED, ids=[what for *_rest, what in RETYPED])
def test_words_may_be_cut_and_extended(
    desk: factories.Desk, version: ArticleVersion, exact: str, found: str | None, _what: str
) -> None:
    assert mark(desk.researcher, version, factories.PASSAGE, exact=exact).status_code == 302

    quotation = Claim.objects.get().quotations.get()
    assert quotation.exact == (found or exact)
    assert version.text[quotation.start : quotation.end] == quotation.exact


def test_of_the_same_words_in_two_places_the_picked_one_is_meant(desk: factories.Desk) -> None:
    version = factories.make_article(desk.researcher, "Rents rose by 3 per cent. Wages fell. Rents rose by 4 per cent.")
    second = version.text.rindex("Rents rose")
    form = read_form(get(desk.researcher, version, start=second, end=second + 25).content.decode(), "statement")

    send(desk.researcher, version, {**form, "exact": "Rents  rose"})

    assert Claim.objects.get().quotations.get().start == second


NOWHERE = [
    ("rents in the town rose", "These words do not stand in this version of the text."),
    ("", "Choose the words first."),
    (" \u00ad ", "Choose the words first."),
    ("x\0y", "Null characters are not allowed."),
]


@pytest.mark.parametrize(("exact", "sentence"), NOWHERE)
def test_words_that_are_not_there_are_refused(
    desk: factories.Desk, version: ArticleVersion, exact: str, sentence: str
) -> None:
    """No lookalike is taken; all that was typed stays."""
    answer = mark(desk.researcher, version, factories.PASSAGE, exact=exact, why="Typed with care.")

    assert answer.status_code == 422
    assert sentence in text(answer)
    assert "Typed with care." in text(answer)
    assert not Claim.objects.exists()


def test_words_may_be_copied_from_the_text_with_nothing_picked(desk: factories.Desk, version: ArticleVersion) -> None:
    form = read_form(get(desk.researcher, version).content.decode(), "statement")

    send(desk.researcher, version, {**form, "exact": "plainly wrong", "statement": "The figure is wrong."})

    assert Claim.objects.get().quotations.get().exact == "plainly wrong"


def test_words_that_stand_there_twice_need_some_round_them(desk: factories.Desk) -> None:
    version = factories.make_article(desk.researcher, "It rose by 3 per cent. It fell by 3 per cent.")
    form = read_form(get(desk.researcher, version).content.decode(), "statement")

    answer = send(desk.researcher, version, {**form, "exact": "by 3 per cent", "statement": "By 3."})

    assert answer.status_code == 422
    assert "These words stand in the text more than once." in text(answer)


# Bad positions


LONG = "word " * 2000
BAD = [
    ({"start": "5", "end": "5"}, "Choose the words first."),
    ({"start": "9", "end": "5"}, "Choose the words first."),
    ({"start": "-5", "end": "9"}, "The text has no such place."),
    ({"start": "5", "end": "999999"}, "The text has no such place."),
    ({"start": "0", "end": "10000"}, "A quotation has at most 5000 characters."),
    ({"start": "4", "end": "5"}, "Choose the words first."),  # a blank
    ({"start": "x", "end": "9"}, "Choose the words first."),
    ({"start": "5"}, "Choose the words first."),
    ({"start": "²", "end": "9" * 400}, "Choose the words first."),
    ({"start": "%00", "end": "9"}, "Choose the words first."),
]


@pytest.mark.parametrize(("asked", "sentence"), BAD)
@pytest.mark.parametrize("headers", [{}, PART])
def test_positions_that_are_none_get_a_sentence(
    desk: factories.Desk, asked: dict[str, str], sentence: str, headers: dict[str, str]
) -> None:
    version = factories.make_article(desk.researcher, LONG.strip() + " end.")
    answer = as_user(desk.researcher).get(address(version, **asked), headers=headers)

    assert answer.status_code == 422
    assert sentence in text(answer)
    assert 'name="exact"' in text(answer), "one can go on from there"


def test_bad_positions_that_are_sent_are_refused(desk: factories.Desk) -> None:
    version = factories.make_article(desk.researcher, LONG)
    form = filled(desk.researcher, version, "word word")
    del form["exact"]
    for start, end in (("7", "7"), ("9", "2"), ("0", "99999"), ("0", "9000"), ("-3", "4"), ("x", "4"), ("", "")):
        answer = send(desk.researcher, version, {**form, "start": start, "end": end})
        assert answer.status_code == 422, (start, end)
    assert not Claim.objects.exists()


def test_the_whole_article_is_no_quotation(desk: factories.Desk) -> None:
    version = factories.make_article(desk.researcher, LONG)
    form = filled(desk.researcher, version, "word word")
    answer = send(desk.researcher, version, {**form, "exact": version.text})

    assert answer.status_code == 422
    assert "A quotation has at most 5000 characters." in text(answer)


def test_positions_of_another_version_are_put_right_by_the_words(desk: factories.Desk, version: ArticleVersion) -> None:
    """The form was opened over the first version; what is sent says the second, where the words stand elsewhere."""
    newest = factories.make_version(desk.researcher, version.article, f"Corrected on Monday. {factories.TEXT}")
    form = filled(desk.researcher, version, factories.PASSAGE)

    send(desk.researcher, newest, {**form, "version": "2"})

    quotation = Claim.objects.get().quotations.get()
    assert (quotation.version, quotation.exact) == (newest, factories.PASSAGE)
    assert quotation.start == newest.text.index(factories.PASSAGE)


@pytest.mark.parametrize("number", ["9", "²", "", "-1", "9" * 30])
def test_a_version_that_is_not_there(desk: factories.Desk, version: ArticleVersion, number: str) -> None:
    form = filled(desk.researcher, version, factories.PASSAGE)
    answer = send(desk.researcher, version, {**form, "version": number})

    assert answer.status_code in (404, 422)
    assert not Claim.objects.exists()


def test_an_older_version_may_be_marked_and_says_that_it_is_old(desk: factories.Desk, version: ArticleVersion) -> None:
    newest = factories.make_version(desk.researcher, version.article, f"Corrected on Monday. {factories.TEXT}")

    assert "This is version 1; the newest is version 2" in text(get(desk.researcher, version, factories.PASSAGE))
    mark(desk.researcher, version, factories.PASSAGE)

    anchor = Claim.objects.get().quotations.get().anchors.get()
    assert newest.text[anchor.start : anchor.end] == factories.PASSAGE


def test_a_text_that_nobody_confirmed_leads_to_where_one_does(desk: factories.Desk, version: ArticleVersion) -> None:
    form = filled(desk.researcher, version, factories.PASSAGE)
    received = Received(raw=b"x", text=factories.TEXT + " New.", confirmed=False)
    capture = intake.add_capture(actor=desk.researcher, article_id=version.article_id, received=received)

    shown = get(desk.researcher, capture.version)
    assert "Nobody has confirmed this text yet" in text(shown)
    assert reverse("desk:capture", args=[version.article_id, capture.pk]) in text(shown)
    assert "<textarea" not in text(shown)

    answer = send(desk.researcher, version, {**form, "version": "2", "why": "Typed with care."})
    assert answer.status_code == 409
    assert "Confirm the article's text" in text(answer)
    assert "Typed with care." in text(answer)


# Odd texts


ODD = [
    ("👩‍👩‍👧 said that 𝔘𝔫𝔦 rose by 12 per cent in 2024. 😀", "𝔘𝔫𝔦 rose by 12 per cent"),
    ("Ge\u0301ant q\u0323\u0307x rose by 12 per cent.", "q\u0323\u0307x rose"),
    ("Die Miet\u00adpreis\u00adbrem\u00adse gilt seit 2015.", "Miet\u00adpreis\u00adbrem\u00adse gilt"),
    ("ارتفعت الإيجارات بنسبة 12٪ في عام 2024.", "الإيجارات بنسبة 12٪"),
    ("He said <script>alert(1)</script> in 2024.", "<script>alert(1)</script>"),
    ("One line\nand the next one rose.", "line\nand the next"),
]


@pytest.mark.parametrize(("words", "picked"), ODD)
def test_odd_texts_are_quoted_to_the_sign(desk: factories.Desk, words: str, picked: str) -> None:
    version = factories.make_article(desk.researcher, text=words)
    answer = get(desk.researcher, version, picked)

    assert "<script>alert" not in text(answer)
    assert send(desk.researcher, version, read_form(answer.content.decode(), "statement")).status_code == 302
    assert Claim.objects.get().quotations.get().exact == picked


# Speakers


def test_a_new_speaker_and_the_claim_are_made_together_or_not_at_all(
    desk: factories.Desk, version: ArticleVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = {**filled(desk.researcher, version, factories.PASSAGE), "voice-1-who": "", "voice-1-name": "The Landlords"}
    form |= {"speaker": "", "new_speaker": "the landlords"}

    def busy(**_values: Any) -> None:
        raise Busy("The database is busy.")

    with monkeypatch.context() as patch:
        patch.setattr(intake, "mark_claim", busy)
        answer = send(desk.researcher, version, form)
    assert answer.status_code == 503
    assert not Speaker.objects.filter(name="The Landlords").exists()
    assert "The Landlords" in text(answer)

    send(desk.researcher, version, form)
    assert Claim.objects.get().speaker == Speaker.objects.get(name="The Landlords")


def test_a_new_name_that_is_here_already_makes_nobody_new(desk: factories.Desk, version: ArticleVersion) -> None:
    known = factories.make_speaker(desk.researcher, "The Landlords")

    mark(desk.researcher, version, factories.PASSAGE, speaker="", new_speaker="  the  LANDLORDS ")

    assert Claim.objects.get().speaker == known


def test_one_is_chosen_or_named_and_not_both(desk: factories.Desk, version: ArticleVersion) -> None:
    known = factories.make_speaker(desk.researcher)
    for changes in ({"speaker": known.pk, "new_speaker": "X"}, {"voice-0-name": "X"}):
        answer = mark(desk.researcher, version, factories.PASSAGE, **changes)
        assert answer.status_code == 422
        assert "one of the two" in text(answer)
    assert not Claim.objects.exists()


# What could be a key is looked for; everything else was never offered.
GONE, NO_CHOICE = "This speaker is not there any more. Choose again.", "Select a valid choice."
NO_SPEAKERS = [
    *[(key, GONE) for key in ("999999", "0", str(2**63 - 1))],
    *[(text, NO_CHOICE) for text in ("9" * 40, str(2**63), "0" * 19 + "1", "²", "١", "-1", "+1", " 1", "1.0", "1_0")],
    *[(text, NO_CHOICE) for text in ("000", "0x1", "1\0", "nobody", "<b>")],
]


@pytest.mark.parametrize(("who", "sentence"), NO_SPEAKERS)
@pytest.mark.parametrize("field", ["speaker", "voice-0-who"])
def test_a_speaker_that_is_not_there_is_refused(
    desk: factories.Desk, version: ArticleVersion, field: str, who: str, sentence: str
) -> None:
    form = filled(desk.researcher, version, factories.PASSAGE)
    answer = send(desk.researcher, version, {**form, "new_speaker": "", field: who, "why": "Typed with care."})

    assert answer.status_code == 422
    assert sentence in text(answer)
    assert "Typed with care." in text(answer)
    assert not Claim.objects.exists()


@pytest.mark.parametrize("field", ["speaker", "voice-0-who"])
def test_a_key_with_leading_zeros_is_none(desk: factories.Desk, version: ArticleVersion, field: str) -> None:
    known = factories.make_speaker(desk.researcher)
    answer = mark(desk.researcher, version, factories.PASSAGE, **{"new_speaker": "", field: f"00{known.pk}"})

    assert answer.status_code == 422
    assert not Claim.objects.exists()


def test_who_was_merged_meanwhile_gives_who_stands_for_them(desk: factories.Desk, version: ArticleVersion) -> None:
    one, two = factories.make_speaker(desk.researcher, "Union"), factories.make_speaker(desk.researcher, "The Union")
    form = filled(desk.researcher, version, factories.PASSAGE)
    records.merge_speakers(actor=desk.editor, speaker_id=one.pk, into_id=two.pk)

    answer = as_user(desk.researcher).post(
        reverse("desk:mark", args=[version.article_id]),
        {**form, "speaker": one.pk, "new_speaker": "", "voice-1-who": one.pk, "voice-1-name": ""},
        follow=True,
    )

    claim = Claim.objects.get()
    assert claim.speaker == two
    assert claim.quotations.get().voices.get(position=1).speaker == two
    assert "“Union” was merged into “The Union”, who was taken." in text(answer)


def test_who_was_merged_meanwhile_stays_chosen_when_the_form_comes_back(
    desk: factories.Desk, version: ArticleVersion
) -> None:
    """The option bears the name of who stands for them; sent as it came back, it means that one."""
    one, two = factories.make_speaker(desk.researcher, "Union"), factories.make_speaker(desk.researcher, "The Union")
    chosen = {"speaker": one.pk, "new_speaker": "", "voice-1-who": one.pk, "voice-1-name": ""}
    form = filled(desk.researcher, version, factories.PASSAGE) | chosen
    records.merge_speakers(actor=desk.editor, speaker_id=one.pk, into_id=two.pk)

    answer = send(desk.researcher, version, {**form, "statement": ""})

    assert answer.status_code == 422
    assert text(answer).count(f'<option value="{one.pk}" selected>The Union</option>') == 2
    again = read_form(answer.content.decode(), "statement")
    assert (again["speaker"], again["voice-1-who"]) == (str(one.pk), str(one.pk))
    send(desk.researcher, version, {**again, "statement": "Rents rose."})
    assert Claim.objects.get().speaker == two


def test_the_merged_are_not_offered(desk: factories.Desk, version: ArticleVersion) -> None:
    one, two = factories.make_speaker(desk.researcher, "Union"), factories.make_speaker(desk.researcher, "The Union")
    records.merge_speakers(actor=desk.editor, speaker_id=one.pk, into_id=two.pk)

    shown = text(get(desk.researcher, version, factories.PASSAGE))

    assert f'<option value="{two.pk}">' in shown
    assert f'<option value="{one.pk}">' not in shown


# Other fields


NONSENSE = [
    {"quantities-0-low": "many", "quantities-0-keep": "on"},
    {"quantities-0-low": "9", "quantities-0-high": "2", "quantities-0-keep": "on"},
    {"quantities-0-low": "1e999999", "quantities-0-keep": "on"},
    {"quantities-0-low": "NaN", "quantities-0-keep": "on"},
    {"quantities-0-date": "March", "quantities-0-keep": "on"},
    {"quantities-0-deadline": "someday", "quantities-0-keep": "on"},
    {"quantities-0-unit": "x\0", "quantities-0-keep": "on"},
    {"quantities-TOTAL_FORMS": "many"},
    {"quantities-TOTAL_FORMS": "999999999"},
    {"kinds": "rumour"},
    {"priority": "sometime"},
    {"language": "English"},
    {"language": ""},
    {"statement": "s" * 2001},
    {"statement": "x\0y"},
    {"new_speaker": "n" * 201, "speaker": ""},
    {"voice-1-name": "n" * 201, "voice-1-who": ""},
    {"voice-1-mode": "shouts"},
    {"voice-1-naming": "rumoured"},
    {"same_as": "no number"},
    {"same_as": "999999"},
]


@pytest.mark.parametrize("changes", NONSENSE, ids=[str(next(iter(one.items())))[:40] for one in NONSENSE])
def test_nonsense_is_refused_and_what_was_typed_stays(
    desk: factories.Desk, version: ArticleVersion, changes: dict[str, str]
) -> None:
    entries = LedgerEntry.objects.count()
    answer = mark(desk.researcher, version, factories.PASSAGE, **{"why": "Typed with care.", **changes})

    assert answer.status_code == 422
    assert "Typed with care." in text(answer)
    assert "Not saved yet." in text(answer)
    assert LedgerEntry.objects.count() == entries


def test_what_has_nothing_but_words_and_a_statement_is_enough(desk: factories.Desk, version: ArticleVersion) -> None:
    form = {"version": "1", **span(version, factories.PASSAGE), "statement": "Rents rose.", "language": "en"}

    assert send(desk.researcher, version, form).status_code == 302
    assert Claim.objects.get().quotations.get().exact == factories.PASSAGE


# The same words again


def test_the_same_form_sent_twice_makes_one_claim(desk: factories.Desk, version: ArticleVersion) -> None:
    form = filled(desk.researcher, version, factories.PASSAGE)
    send(desk.researcher, version, form)
    answer = send(desk.researcher, version, form, headers=PART)

    assert answer.status_code == 201
    assert "already" in text(answer)
    assert Claim.objects.count() == 1
    assert Speaker.objects.count() == Speaker.objects.values("name").distinct().count()


def sentence_of_the(desk: factories.Desk, version: ArticleVersion, **changes: Any) -> str:
    """What the part of the page says once the words are marked as the changed form has it."""
    form = filled(desk.researcher, version, factories.PASSAGE) | changes
    answer = send(desk.researcher, version, form, headers=PART)
    assert answer.status_code == 201
    return text(answer)


# Whoever says something else of the same words means another claim, and is not told that theirs is here already.
SAID_ANEW = [
    {"speaker": "", "new_speaker": "The Landlords"},
    {"speaker": "", "new_speaker": ""},
    {"why": "The town votes on it."},
    {"statement": "Rents rose by 12 per cent."},
    {"language": "de"},
]


@pytest.mark.parametrize("changes", SAID_ANEW, ids="-".join)
def test_the_same_words_with_something_else_said_of_them_are_a_second_claim(
    desk: factories.Desk, version: ArticleVersion, changes: dict[str, str]
) -> None:
    factories.make_speaker(desk.researcher, "Union")
    sentence_of_the(desk, version)

    said = [sentence_of_the(desk, version, **changes) for _click in range(2)]

    first, second = Claim.objects.order_by("pk")
    assert f"Marked as claim {second.pk}." in said[0]
    assert f"These words are claim {second.pk} already." in said[1]
    assert first.quotations.get().exact == second.quotations.get().exact == factories.PASSAGE


@pytest.mark.parametrize("name", ["Unión", "Tenants’ Club"])
def test_a_new_speaker_sent_twice_is_the_same_claim(desk: factories.Desk, version: ArticleVersion, name: str) -> None:
    for typed in (name, name.upper()):
        sentence_of_the(desk, version, speaker="", new_speaker=typed)

    assert Claim.objects.get().speaker == Speaker.objects.get(name=name)


@pytest.mark.parametrize("why", ["It is on\r\nevery poster.", "Cafe\u0301 rents.", "  It is on every poster.  "])
def test_a_reason_as_a_browser_sends_it_is_the_same_twice(
    desk: factories.Desk, version: ArticleVersion, why: str
) -> None:
    for _click in range(2):
        sentence_of_the(desk, version, why=why, statement="Rents rose\r\n in the cafe\u0301.")

    assert Claim.objects.count() == 1


def test_a_claim_that_was_declined_is_no_answer(desk: factories.Desk, version: ArticleVersion) -> None:
    sentence_of_the(desk, version)
    declined = Claim.objects.get()
    research.decline(claim_id=declined.pk, actor=desk.editor, reason="It is an opinion.")

    said = sentence_of_the(desk, version)

    second = Claim.objects.exclude(pk=declined.pk).get()
    assert f"Marked as claim {second.pk}." in said
    assert second.status == Status.INBOX


READ_AGAIN = "The claim was approved: now it goes through the second read again."


@pytest.mark.parametrize("headers", [{}, PART])
def test_words_that_go_to_an_approved_claim_send_it_to_the_second_read_and_it_is_told(
    desk: factories.Desk, version: ArticleVersion, headers: dict[str, str]
) -> None:
    claim = factories.approved_claim(desk)
    form = filled(desk.researcher, version, "plainly wrong") | {"same_as": str(claim.pk)}

    answer = send(desk.researcher, version, form, headers=headers, follow=not headers)

    assert f"Claim {claim.pk} quotes these words as well now." in text(answer)
    assert READ_AGAIN in text(answer)
    assert factories.fresh(claim).status == Status.REVIEW


def test_nothing_is_told_of_a_second_read_where_none_follows(desk: factories.Desk, version: ArticleVersion) -> None:
    """Neither for a claim in research, nor when the words are those that an approved claim quotes already."""
    open_claim, approved = factories.research_claim(desk), factories.approved_claim(desk, version=version)

    assert READ_AGAIN not in sentence_of_the(desk, version, same_as=str(open_claim.pk))
    said = sentence_of_the(desk, version, same_as=str(approved.pk))

    assert f"These words are claim {approved.pk} already." in said
    assert READ_AGAIN not in said
    assert factories.fresh(approved).status == Status.APPROVED


def test_a_number_with_blanks_round_it_is_the_claim_of_that_number(
    desk: factories.Desk, version: ArticleVersion
) -> None:
    claim = factories.inbox_claim(desk)
    sentence_of_the(desk, version, same_as=f" {claim.pk} ")

    assert list(Claim.objects.all()) == [claim]


def test_two_people_who_mark_the_same_words_make_two_claims_that_are_offered_as_one(
    desk: factories.Desk, version: ArticleVersion
) -> None:
    forms = {user: filled(user, version, factories.PASSAGE) for user in (desk.researcher, desk.editor)}
    for user, form in forms.items():
        answer = send(user, version, form, headers=PART)
        assert answer.status_code == 201

    first, second = Claim.objects.order_by("pk")
    assert f"Claim {first.pk} quotes the same words." in text(answer)
    assert f'href="/desk/claims/{second.pk}/link/?q=%23{first.pk}"' in text(answer)
    assert [claim.ledger.get().actor for claim in (first, second)] == [desk.researcher, desk.editor]


def test_words_of_which_most_are_another_claims_are_told_on_the_page_too(
    desk: factories.Desk, version: ArticleVersion
) -> None:
    other = factories.inbox_claim(desk, version=version)
    answer = as_user(desk.editor).post(
        reverse("desk:mark", args=[version.article_id]),
        filled(desk.editor, version, factories.PASSAGE[:-8]),
        follow=True,
    )

    assert f"Claim {other.pk} quotes the same words." in text(answer)
    assert f"/link/?q=%23{other.pk}" in text(answer)


def test_words_of_which_few_are_another_claims_are_not(desk: factories.Desk, version: ArticleVersion) -> None:
    factories.inbox_claim(desk, version=version)

    answer = send(desk.editor, version, filled(desk.editor, version, "rents in the city"), headers=PART)

    assert "quotes the same words" not in text(answer)


def test_a_claim_that_is_here_quotes_the_words_as_well(desk: factories.Desk, version: ArticleVersion) -> None:
    claim = factories.inbox_claim(desk)
    form = filled(desk.researcher, version, factories.PASSAGE)
    for _click in range(2):
        answer = send(desk.researcher, version, {**form, "same_as": str(claim.pk)}, headers=PART)
        assert answer.status_code == 201

    assert Claim.objects.get() == claim
    assert claim.quotations.count() == 2
    assert f"claim {claim.pk} already" in text(answer)


def test_a_claim_that_is_published_quotes_nothing_more_and_the_form_stays(
    desk: factories.Desk, version: ArticleVersion
) -> None:
    claim = factories.published_claim(desk)
    form = filled(desk.researcher, version, factories.PASSAGE)
    answer = send(desk.researcher, version, {**form, "same_as": str(claim.pk), "why": "Typed with care."})

    assert answer.status_code == 409
    assert "Reopen it first" in text(answer)
    assert "Typed with care." in text(answer)


def test_a_busy_database_keeps_the_form(
    desk: factories.Desk, version: ArticleVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(**_values: Any) -> None:
        raise Busy("The database is busy.")

    claim = factories.inbox_claim(desk)
    monkeypatch.setattr(research, "quote_again", busy)
    answer = mark(desk.researcher, version, factories.PASSAGE, same_as=str(claim.pk), why="Typed with care.")

    assert answer.status_code == 503
    assert "The database is busy." in text(answer)
    assert "Typed with care." in text(answer)


# Who may, and what it costs


def test_an_auditor_marks_nothing(desk: factories.Desk, version: ArticleVersion) -> None:
    assert get(desk.auditor, version, factories.PASSAGE).status_code == 403
    answer = send(desk.auditor, version, {"version": "1", "statement": "X"})

    assert answer.status_code == 403
    assert "Auditors read everything and change nothing." in text(answer)


def test_outsiders_find_nothing_and_who_is_logged_out_gets_the_words_back(version: ArticleVersion) -> None:
    assert get(factories.make_user(), version).status_code == 404
    answer = Client().post(reverse("desk:mark", args=[version.article_id]), {"statement": "Typed with care."})

    assert answer.status_code == 401
    assert "Typed with care." in text(answer)


@pytest.mark.parametrize("role", [Role.RESEARCHER, Role.EDITOR, Role.CHIEF])
def test_whoever_works_here_may(role: Role, version: ArticleVersion) -> None:
    assert mark(factories.make_user(role), version, factories.PASSAGE).status_code == 302


def test_the_form_costs_the_same_however_many_speakers_and_claims_there_are(
    desk: factories.Desk, version: ArticleVersion
) -> None:
    client = as_user(desk.researcher)
    where = address(version, **span(version, factories.PASSAGE))
    factories.inbox_claim(desk, version=version)
    counts = []
    for number in (1, 10):
        for place in range(number):
            speaker = factories.make_speaker(desk.researcher, f"Speaker {number}.{place}")
            passages = [Passage(version, place, place + 30)]
            factories.inbox_claim(desk, version=version, passages=passages, speaker=speaker)
        client.get(where)
        with CaptureQueriesContext(connection) as caught:
            client.get(where)
        counts.append(len(caught))

    assert counts[0] == counts[1] <= 16


def test_the_form_costs_the_same_with_two_and_with_sixty_names(desk: factories.Desk, version: ArticleVersion) -> None:
    client = as_user(desk.researcher)
    where = address(version, **span(version, factories.PASSAGE))
    counts = []
    for number in (2, 60):
        for at in range(Outlet.objects.count(), number):
            factories.make_outlet(desk.researcher, f"Outlet {at}")
        client.get(where)
        with CaptureQueriesContext(connection) as caught:
            shown = client.get(where)
        assert f'<option value="{Speaker.objects.latest("pk").pk}">Outlet {number - 1}</option>' in text(shown)
        counts.append(len(caught))

    assert counts[0] == counts[1] <= 16


def test_beyond_some_hundred_speakers_those_of_the_article_are_listed(
    desk: factories.Desk, version: ArticleVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Any other is found by name."""
    monkeypatch.setattr("claims.forms.marking.MANY", 3)
    far = [factories.make_speaker(desk.researcher, f"Far {number}") for number in range(4)]
    near = factories.make_speaker(desk.researcher, "Near")
    factories.inbox_claim(desk, version=version, speaker=near)

    shown = text(get(desk.researcher, version, "plainly wrong"))

    assert f'<option value="{near.pk}">' in shown
    assert f'<option value="{far[0].pk}">' not in shown
    mark(desk.researcher, version, "plainly wrong", speaker="", new_speaker="far 0")
    assert Claim.objects.latest("pk").speaker == far[0]


def test_the_same_claim_again_makes_no_speaker_either(desk: factories.Desk, version: ArticleVersion) -> None:
    form = filled(desk.researcher, version, factories.PASSAGE)
    send(desk.researcher, version, form)
    send(desk.researcher, version, {**form, "voice-1-who": "", "voice-1-name": "The Landlords"})

    assert Claim.objects.count() == 1
    assert not Speaker.objects.filter(name="The Landlords").exists()
