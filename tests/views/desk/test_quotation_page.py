"""The page of a quotation: its ends by its words or by a script, its voices, and two people on it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from claims.errors import Busy
from claims.models import Claim, Quotation, Speaker
from claims.services import intake, quoting, records, research, review
from claims.services.quoting import Passage, Spoken
from claims.vocabulary import Naming, Status, VoiceMode
from tests import factories
from tests.views.desk.forms import opened, read_form
from tests.views.desk.helpers import as_user, page, text

pytestmark = pytest.mark.django_db

LONGER = "that rents in the city rose by 12 per cent in 2024"
NOTHING = {"who": "", "name": "", "naming": "named", "mode": "asserts"}


@pytest.fixture
def claim(desk: factories.Desk) -> Claim:
    return factories.inbox_claim(desk)


@pytest.fixture
def client(desk: factories.Desk) -> Client:
    return as_user(desk.researcher)


def quotation(claim: Claim) -> Quotation:
    return claim.quotations.get()


def address(claim: Claim) -> str:
    return reverse("desk:quotation", args=[claim.pk, claim.quotations.first().pk])


def voice(place: int, **values: str) -> dict[str, str]:
    return {f"voices-{place}-{name}": value for name, value in {**NOTHING, **values}.items()}


def theirs(claim: Claim, desk: factories.Desk, **values: Any) -> None:
    """The editor saves in another tab."""
    research.edit_quotation(claim_id=claim.pk, actor=desk.editor, quotation_id=quotation(claim).pk, **values)


# Looking


def test_it_shows_the_words_in_their_paragraph_and_who_speaks(desk: factories.Desk, claim: Claim) -> None:
    factories.make_version(desk.researcher, quotation(claim).version.article, f"Corrected. {factories.TEXT}")
    shown = page(desk.researcher, address(claim))

    assert f"<mark>{factories.PASSAGE}</mark>" in shown
    assert "Tenants' Union says:" in shown
    assert "The Morning Paper (the article itself)" in shown
    assert "anchor--moved" in shown
    assert reverse("desk:split", args=[claim.pk]) in shown


def test_the_claim_page_leads_there(desk: factories.Desk, claim: Claim) -> None:
    assert address(claim) in page(desk.researcher, claim.get_absolute_url())
    assert address(claim) not in page(desk.auditor, claim.get_absolute_url())


def test_the_quotation_of_another_claim_is_not_there(claim: Claim, client: Client, desk: factories.Desk) -> None:
    other = factories.inbox_claim(desk)

    assert client.get(reverse("desk:quotation", args=[claim.pk, quotation(other).pk])).status_code == 404


@pytest.mark.parametrize("status", [Status.REVIEW, Status.PUBLISHED, Status.DECLINED])
def test_where_content_is_not_edited_there_is_no_form(status: Status, desk: factories.Desk) -> None:
    shown = page(desk.researcher, address(factories.claim_in(status, desk)))

    assert "This cannot be edited now" in shown
    assert 'name="exact"' not in shown


# The words


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (LONGER, LONGER),
        ("rose by 12 per cent", "rose by 12 per cent"),
        ("  rose by\r\n12   per cent ", "rose by 12 per cent"),
        ("The mayor called the figure “plainly wrong”", "The mayor called the figure “plainly wrong”"),
        ('the figure "plainly wrong"', "the figure “plainly wrong”"),
    ],
)
def test_words_are_found_in_the_text(typed: str, words: str, claim: Claim, client: Client) -> None:
    answer = client.post(address(claim), opened(client, address(claim)) | {"exact": typed}, follow=True)

    assert "Saved." in text(answer)
    assert quotation(claim).exact == words
    assert quoting.spoken(quotation(claim)) == [Spoken(claim.speaker)]


def test_an_untouched_form_changes_nothing(claim: Claim, client: Client) -> None:
    answer = client.post(address(claim), opened(client, address(claim)), follow=True)

    assert "Nothing was changed" in text(answer)
    assert factories.fresh(claim).revision == 1


def test_of_repeated_words_those_that_overlap_the_old_place_are_meant(desk: factories.Desk, client: Client) -> None:
    words = "The rent is 12 euros. Then again, the rent is 12 euros. And the rent is 12 euros more."
    version = factories.make_article(desk.researcher, text=words)
    start = words.index("the rent is 12 euros. And")
    claim = factories.inbox_claim(desk, passages=[Passage(version, start, start + 20)])

    client.post(address(claim), opened(client, address(claim)) | {"exact": "rent is 12"})

    assert quotation(claim).start == start + 4


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("rents in the country rose", "These words do not stand in the text like this."),
        ("", "A quotation needs at least one word."),
        ("   ", "A quotation needs at least one word."),
    ],
)
def test_words_that_do_not_stand_there_are_kept_and_refused(
    typed: str, sentence: str, claim: Claim, client: Client
) -> None:
    answer = client.post(address(claim), opened(client, address(claim)) | {"exact": typed} | voice(1, name="Somebody"))

    assert answer.status_code == 422
    form = read_form(text(answer))
    assert sentence in text(answer)
    assert (form["exact"].strip(), form["voices-1-name"]) == (typed.strip(), "Somebody")
    assert factories.fresh(claim).revision == 1
    assert not Speaker.objects.filter(name="Somebody").exists()


def test_what_the_service_refuses_stands_beside_the_words(desk: factories.Desk, claim: Claim, client: Client) -> None:
    version = quotation(claim).version
    again = factories.passage(version, "plainly wrong")
    research.quote_again(claim_id=claim.pk, actor=desk.researcher, passage=again)

    answer = client.post(address(claim), opened(client, address(claim)) | {"exact": "plainly wrong"})

    assert answer.status_code == 422
    assert "already has this very quotation" in text(answer).partition("Voices")[0]


# Voices


def test_voices_are_taken_from_the_rows_in_order(desk: factories.Desk, claim: Claim, client: Client) -> None:
    outlet = quotation(claim).version.article.outlet.speaker
    rows = {
        **voice(0, who=str(outlet.pk), mode="reports"),
        **voice(1, name="The New Union", naming="implied"),
        **voice(3, who="unknown"),
    }
    client.post(address(claim), opened(client, address(claim)) | rows)

    new = Speaker.objects.get(name="The New Union")
    assert quoting.spoken(quotation(claim)) == [
        Spoken(outlet, mode=VoiceMode.REPORTS),
        Spoken(new, naming=Naming.IMPLIED),
        Spoken(None),
    ]
    assert new.ledger.count() == 1


def test_a_name_that_the_desk_knows_is_no_new_speaker(claim: Claim, client: Client) -> None:
    client.post(address(claim), opened(client, address(claim)) | voice(0, name="tenants' union"))

    assert quoting.spoken(quotation(claim)) == [Spoken(claim.speaker)]
    assert Speaker.objects.filter(name__iexact="tenants' union").count() == 1


# SQLite alone knows upper and lower case of ASCII only; and the same letter can be typed as one sign or as two.
@pytest.mark.parametrize("typed", ["Ärzteverband Öst", "ÄRZTEVERBAND ÖST", " ärzteverband öst ", "ÄRZTEVERBAND öst"])
def test_a_name_with_umlauts_is_known_whatever_its_case(
    typed: str, desk: factories.Desk, claim: Claim, client: Client
) -> None:
    known = factories.make_speaker(desk.researcher, "Ärzteverband Öst")

    client.post(address(claim), opened(client, address(claim)) | voice(0, name=typed))

    assert quoting.spoken(quotation(claim)) == [Spoken(known)]
    assert Speaker.objects.filter(name__contains="rzteverband").count() == 1


@pytest.mark.parametrize("typed", ["The Old Union", "the OLD union"])
def test_a_name_that_was_merged_is_the_one_that_stands_for_it(
    typed: str, desk: factories.Desk, claim: Claim, client: Client
) -> None:
    old = factories.make_speaker(desk.researcher, "The Old Union")
    records.merge_speakers(actor=desk.editor, speaker_id=old.pk, into_id=claim.speaker_id)
    before = Speaker.objects.count()

    client.post(address(claim), opened(client, address(claim)) | voice(0, name=typed, mode="reports"))

    assert quoting.spoken(quotation(claim)) == [Spoken(claim.speaker, mode=VoiceMode.REPORTS)]
    assert Speaker.objects.count() == before


def test_who_was_merged_while_the_form_was_open_is_the_one_that_stands_for_them(
    desk: factories.Desk, claim: Claim, client: Client
) -> None:
    old = factories.make_speaker(desk.researcher, "The Old Union")
    form = opened(client, address(claim)) | voice(0, who=str(old.pk), mode="reports")
    records.merge_speakers(actor=desk.editor, speaker_id=old.pk, into_id=claim.speaker_id)

    refused = client.post(address(claim), form | {"exact": "not there"})
    assert f'<option value="{old.pk}" selected>{claim.speaker.name}</option>' in text(refused)
    client.post(address(claim), form)

    assert quoting.spoken(quotation(claim)) == [Spoken(claim.speaker, mode=VoiceMode.REPORTS)]


def test_emptied_rows_are_taken_out(claim: Claim, client: Client) -> None:
    client.post(address(claim), opened(client, address(claim)) | voice(0))

    assert quoting.spoken(quotation(claim)) == []


def test_somebody_and_a_new_name_are_one_too_many(claim: Claim, client: Client) -> None:
    answer = client.post(address(claim), opened(client, address(claim)) | {"voices-0-name": "The New Union"})

    assert answer.status_code == 422
    assert "Choose somebody, or type a new name; not both." in text(answer)
    assert read_form(text(answer))["voices-0-name"] == "The New Union"
    assert not Speaker.objects.filter(name="The New Union").exists()


@pytest.mark.parametrize("rows", [voice(0, who="99999"), voice(0, who="x"), voice(0, who="unknown", mode="shouts")])
def test_what_no_row_offers_is_refused(rows: dict[str, str], claim: Claim, client: Client) -> None:
    assert client.post(address(claim), opened(client, address(claim)) | rows).status_code == 422
    assert factories.fresh(claim).revision == 1


# Two people


def test_another_end_goes_through_on_top(desk: factories.Desk, claim: Claim, client: Client) -> None:
    typed = opened(client, address(claim)) | {"exact": "rents in the city rose by 12 per cent"}
    theirs(claim, desk, start=quotation(claim).start - 5)

    answer = client.post(address(claim), typed, follow=True)

    assert f"Meanwhile {desk.editor.get_full_name()} changed" in text(answer)
    assert quotation(claim).exact == "that rents in the city rose by 12 per cent"


def test_the_same_end_shows_both_and_saves_nothing(desk: factories.Desk, claim: Claim, client: Client) -> None:
    typed = opened(client, address(claim)) | {"exact": "rents in the city rose"} | voice(1, name="Somebody")
    theirs(claim, desk, end=quotation(claim).end - len(" in 2024"))

    answer = client.post(address(claim), typed)

    assert answer.status_code == 409
    shown, form = text(answer), read_form(text(answer))
    assert "Somebody else changed the same field" in shown
    assert desk.editor.get_full_name() in shown
    assert (form["exact"], form["disputed"], form["voices-1-name"]) == ("rents in the city rose", "exact", "Somebody")
    assert quotation(claim).exact == "rents in the city rose by 12 per cent"
    assert not Speaker.objects.filter(name="Somebody").exists()


@pytest.mark.parametrize(
    ("chosen", "stands"), [("mine", "rents in the city rose"), ("theirs", "rents in the city rose by 12 per cent")]
)
def test_the_choice_is_what_stands(
    chosen: str, stands: str, desk: factories.Desk, claim: Claim, client: Client
) -> None:
    typed = opened(client, address(claim)) | {"exact": "rents in the city rose"}
    theirs(claim, desk, end=quotation(claim).end - len(" in 2024"))
    form = read_form(text(client.post(address(claim), typed)))

    assert client.post(address(claim), form).status_code == 422
    assert client.post(address(claim), form | {"stand-exact": chosen}).status_code == 302
    assert quotation(claim).exact == stands


def test_voices_that_two_wrote_are_asked_about(desk: factories.Desk, claim: Claim, client: Client) -> None:
    typed = opened(client, address(claim)) | voice(0, who="unknown") | {"exact": LONGER}
    theirs(claim, desk, voices=[])

    answer = client.post(address(claim), typed)

    assert answer.status_code == 409
    form = read_form(text(answer))
    assert (form["disputed"], form["voices-0-who"], form["exact"]) == ("voices", "unknown", LONGER)
    client.post(address(claim), form | {"stand-voices": "mine"})
    assert (quotation(claim).exact, quoting.spoken(quotation(claim))) == (LONGER, [Spoken(None)])


def test_words_left_alone_follow_theirs_when_i_decide_on_voices(
    desk: factories.Desk, claim: Claim, client: Client
) -> None:
    typed = opened(client, address(claim)) | voice(0, who="unknown")
    theirs(claim, desk, voices=[], start=quotation(claim).start - 5)

    form = read_form(text(client.post(address(claim), typed)))
    assert form["exact"] == LONGER
    client.post(address(claim), form | {"stand-voices": "mine"})

    assert (quotation(claim).exact, quoting.spoken(quotation(claim))) == (LONGER, [Spoken(None)])


def test_a_claim_that_moved_on_keeps_what_was_typed(desk: factories.Desk, client: Client) -> None:
    claim = factories.ready_claim(desk)
    typed = opened(client, address(claim)) | {"exact": LONGER}
    review.submit(claim_id=claim.pk, actor=desk.researcher)

    answer = client.post(address(claim), typed)

    assert answer.status_code == 409
    assert "The claim is being read." in text(answer)
    assert read_form(text(answer))["exact"] == LONGER


def test_an_approved_claim_is_read_again(desk: factories.Desk, client: Client) -> None:
    claim = factories.approved_claim(desk)

    client.post(address(claim), opened(client, address(claim)) | {"exact": LONGER})

    assert factories.fresh(claim).status == Status.REVIEW


# By the reader's scripts


def part(client: Client, claim: Claim, **values: Any) -> Any:
    return client.post(address(claim), {"opened_at": 1, **values}, headers={"X-Part": "form"})


def test_a_script_moves_the_ends_alone(claim: Claim, client: Client) -> None:
    one = quotation(claim)

    answer = part(client, claim, start=one.start - 5, end=one.end)

    assert (answer.status_code, answer.content) == (201, b"")
    assert quotation(claim).exact == LONGER
    assert quoting.spoken(quotation(claim)) == [Spoken(claim.speaker)]
    assert "Saved." not in text(client.get(claim.get_absolute_url()))


# What a script is told: a fragment, no page.
@pytest.mark.parametrize(
    ("values", "status", "sentence"),
    [
        ({"start": 5, "end": 5}, 422, "Choose the words first."),
        ({"start": 5, "end": 10**6}, 422, "The text has no such place."),
        ({"start": "x", "end": 5}, 422, "Enter a whole number."),
        ({"start": 5}, 422, "This field is required."),
        ({"start": 5, "end": 9, "opened_at": 99}, 422, "revision that does not exist"),
    ],
)
def test_a_script_is_told_what_is_wrong(
    values: dict[str, Any], status: int, sentence: str, claim: Claim, client: Client
) -> None:
    answer = part(client, claim, **values)

    assert answer.status_code == status
    assert sentence in text(answer)
    assert "<html" not in text(answer)
    assert quotation(claim).exact == factories.PASSAGE


def test_a_script_is_told_of_a_conflict(desk: factories.Desk, claim: Claim, client: Client) -> None:
    one = quotation(claim)
    theirs(claim, desk, end=one.end - 8)

    answer = part(client, claim, start=one.start, end=one.end + 1)

    assert answer.status_code == 409
    assert "Somebody else moved this end meanwhile" in text(answer)
    assert desk.editor.get_full_name() in text(answer)
    assert "rents in the city rose by 12 per cent" in text(answer)
    assert address(claim) in text(answer)


def test_a_busy_database_is_said_and_nothing_is_lost(
    claim: Claim, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_args: Any, **_options: Any) -> None:
        raise Busy("The database is busy.")

    monkeypatch.setattr(research, "edit_quotation", busy)
    answer = part(client, claim, start=1, end=9)
    assert (answer.status_code, "The database is busy." in text(answer)) == (503, True)

    answer = client.post(address(claim), opened(client, address(claim)) | {"exact": LONGER})
    assert answer.status_code == 503
    assert read_form(text(answer))["exact"] == LONGER


def test_an_auditor_does_not_get_in(desk: factories.Desk, claim: Claim) -> None:
    assert part(as_user(desk.auditor), claim, start=1, end=9).status_code == 403


def test_a_form_of_ends_alone_is_shown_again_with_the_voices(claim: Claim, client: Client) -> None:
    """Without the header: what comes back is the page, and saving it must not take the voices away."""
    one = quotation(claim)
    answer = client.post(address(claim), {"opened_at": 1, "start": one.start, "end": one.start})
    assert answer.status_code == 422

    client.post(address(claim), read_form(text(answer)) | {"start": one.start, "end": one.end, "exact": LONGER})

    assert (quotation(claim).exact, quoting.spoken(quotation(claim))) == (LONGER, [Spoken(claim.speaker)])


def test_a_quotation_with_many_voices_keeps_them(desk: factories.Desk, client: Client) -> None:
    version = factories.make_article(desk.researcher)
    many = [Spoken(factories.make_speaker(desk.researcher, f"Speaker {number}")) for number in range(6)]
    claim = factories.inbox_claim(desk, passages=[factories.passage(version, factories.PASSAGE, *many)])

    client.post(address(claim), opened(client, address(claim)) | {"exact": LONGER})

    assert quoting.spoken(quotation(claim)) == many


def test_ends_are_moved_in_a_text_beyond_the_basic_plane(desk: factories.Desk, client: Client) -> None:
    """Positions are code points; a soft hyphen and a combining mark say nothing and are kept as they stand."""
    words = "😀 Die Mie\u00adten stie\u00adgen um 12\u00a0%. Cafe\u0301 𝒳 said so."
    taken = intake.take_in(
        actor=desk.researcher,
        received=intake.Received(raw=words.encode(), text=words),
        title="Signs",
        language="de",
    )
    stored = taken.version.text
    start = stored.index("Die")
    claim = factories.inbox_claim(desk, passages=[Passage(taken.version, start, start + 10)])

    client.post(address(claim), opened(client, address(claim)) | {"exact": "Mieten stiegen um 12 %"})

    assert quotation(claim).exact == "Mie\u00adten stie\u00adgen um 12\u00a0%"
