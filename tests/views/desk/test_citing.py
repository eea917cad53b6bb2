"""Evidence on the claim's page: two fields and two keys for an item, and one press for what becomes of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from claims.forms.citing import CiteForm
from claims.models import Claim, Evidence, Source
from claims.services import intake, records
from tests import factories
from tests.views.desk.forms import opened
from tests.views.desk.helpers import as_user, text

pytestmark = pytest.mark.django_db

PAGE = "https://register.example.org/2024"
TWO_KEYS = {"stance": "contradicts", "bears_on": "true"}


@pytest.fixture
def desk() -> factories.Desk:
    return factories.make_desk()


@pytest.fixture
def claim(desk: factories.Desk) -> Claim:
    return factories.research_claim(desk)


@pytest.fixture
def client(desk: factories.Desk) -> Client:
    return as_user(desk.researcher)


def page(claim: Claim) -> str:
    return reverse("desk:claim", args=[claim.pk])


def citing(claim: Claim) -> str:
    return reverse("desk:cite", args=[claim.pk])


def lookup(client: Client, claim: Claim, cited: str) -> str:
    """What the page's script is given for what was pasted."""
    answer = client.get(citing(claim), {"cited": cited}, headers={"x-part": "form"})
    assert answer.status_code == 200
    return text(answer)


def typed(client: Client, claim: Claim, cited: str = PAGE, **values: Any) -> dict[str, Any]:
    """The form as a person sees it once what is cited was looked up, and has filled it."""
    empty = opened(client, page(claim), "cited") | {"cited": cited, **TWO_KEYS}
    looked = client.post(citing(claim), empty)
    assert looked.status_code == 200, text(looked)
    assert not claim.evidence.exists()
    from_page = opened_from(looked)
    return from_page | values


def opened_from(answer: Any) -> dict[str, Any]:
    """The quick entry of an answer, as a browser would send it untouched."""
    form: CiteForm = answer.context["cite_form"]
    names = [name for name in form.fields if name not in ("lead", "unnamed", "anyway")]
    return {name: form[name].value() or "" for name in names} | {
        name: "on" for name in ("lead", "unnamed", "anyway") if form[name].value()
    }


def add(client: Client, claim: Claim, cited: str = PAGE, **values: Any) -> Any:
    return client.post(citing(claim), typed(client, claim, cited, **values))


# Entering


def test_two_fields_and_two_keys_make_an_item(claim: Claim, client: Client, desk: factories.Desk) -> None:
    source = factories.make_source(desk.editor, "Rent register 2024", publisher="City", url=PAGE, published="2025-03")
    before = claim.revision

    answer = add(client, claim, "http://www.register.example.org/2024/?utm_source=x", excerpt="plus 9 per cent")

    item = claim.evidence.get()
    assert answer["Location"] == f"{page(claim)}#evidence-CI1"
    assert (item.source, item.publisher, item.title, item.published) == (source, "City", source.title, "2025-03")
    assert (item.excerpt, item.stance, item.bears_on) == ("plus 9 per cent", "contradicts", "true")
    assert (item.seen_by, item.seen_how) == (desk.researcher, "read online")
    assert Source.objects.count() == 1
    assert factories.fresh(claim).revision == before + 1


def test_a_new_source_is_made_of_what_the_citation_says(claim: Claim, client: Client) -> None:
    add(client, claim, f"City of Example: “Rent register”, 2025-03, {PAGE}")

    source = claim.evidence.get().source
    assert (source.publisher, source.title, source.published) == ("City of Example", "Rent register", "2025-03")
    assert (source.url, source.kind) == (PAGE, "secondary")


def test_what_is_known_of_the_host_is_taken_over(claim: Claim, client: Client, desk: factories.Desk) -> None:
    factories.make_source(desk.editor, publisher="City", kind="primary", url="https://register.example.org/2023")

    found = lookup(client, claim, PAGE)

    assert "City · register.example.org/2024 · Primary source" in found
    assert "Nobody knows its title yet; its address stands in." in found


def test_a_known_source_is_offered_with_its_past(claim: Claim, client: Client, desk: factories.Desk) -> None:
    release = factories.make_source(desk.editor, "Press release", publisher="Baidu")
    source = factories.make_source(
        desk.editor, "Ernie 4.5 and X1", publisher="Baidu", url=PAGE, published="2025-03-16", derives_from=release
    )
    other = factories.research_claim(desk)
    factories.edit(other, desk.editor, factories.evidence_item("BA1", source))

    found = lookup(client, claim, PAGE)

    assert "Baidu · Ernie 4.5 and X1 · 16 March 2025 · Secondary source" in found
    assert "cited in 1 other check: contradicts in 1" in found
    assert "it repeats “Baidu: Press release”" in found


def test_what_was_not_shown_yet_is_not_saved(claim: Claim, client: Client) -> None:
    sent = opened(client, page(claim), "cited") | {"cited": PAGE, "excerpt": "kept words", **TWO_KEYS}

    answer = client.post(citing(claim), sent)

    assert answer.status_code == 200
    assert "Not added yet: look at what is known of it, then add it." in text(answer)
    assert "kept words" in text(answer)
    assert not claim.evidence.exists()


def test_another_address_is_looked_up_anew_and_what_was_typed_stays(claim: Claim, client: Client) -> None:
    sent = typed(client, claim, PAGE, title="Typed by hand") | {"cited": "https://paper.example/9"}

    form = client.post(citing(claim), sent).context["cite_form"]

    values = {name: form[name].value() for name in ("url", "publisher", "title")}
    assert values == {"url": "https://paper.example/9", "publisher": "paper.example", "title": "Typed by hand"}


def test_a_lead_counts_for_nobody(claim: Claim, client: Client) -> None:
    add(client, claim, lead="on")

    assert claim.evidence.get().is_lead


def test_the_question_that_is_asked_is_chosen_already(client: Client, desk: factories.Desk) -> None:
    claim = factories.research_claim(desk, edits={"verdict.question": "said"})

    assert opened(client, page(claim), "cited")["bears_on"] == "said"


def test_a_second_click_adds_it_once(claim: Claim, client: Client) -> None:
    sent = typed(client, claim, excerpt="plus 9")

    answers = [client.post(citing(claim), sent) for _click in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert claim.evidence.count() == 1


def test_the_same_words_of_the_same_source_are_said_before_they_are_saved(claim: Claim, client: Client) -> None:
    add(client, claim, excerpt="plus 9 per cent")
    sent = opened(client, page(claim), "cited") | {"cited": PAGE, "excerpt": "plus 9\nper cent", **TWO_KEYS}

    answer = client.post(citing(claim), sent)

    assert answer.status_code == 422
    assert "REO1 has the same words of the same source already." in text(answer)
    assert "Add it all the same" in text(answer)
    assert client.post(citing(claim), opened_from(answer) | {"anyway": "on"}).status_code == 302
    assert claim.evidence.count() == 2


def test_a_second_document_at_a_known_address_can_be_meant(claim: Claim, client: Client, desk: factories.Desk) -> None:
    factories.make_source(desk.editor, url=PAGE)

    add(client, claim, source="new", title="The second edition")

    assert claim.evidence.get().source.title == "The second edition"
    assert Source.objects.count() == 2


def test_a_new_source_can_repeat_one_of_the_claim(claim: Claim, client: Client, desk: factories.Desk) -> None:
    release = factories.make_source(desk.editor, "Press release")
    factories.edit(claim, desk.researcher, factories.evidence_item("P1", release))

    sent = opened(client, page(claim), "cited") | {"cited": PAGE, **TWO_KEYS}
    client.post(citing(claim), opened_from(client.post(citing(claim), sent)) | {"repeats": str(release.pk)})

    assert claim.evidence.get(url=PAGE).source.derives_from == release


# Sources that must not be named


def test_a_confidential_source_stands_by_its_pseudonym(claim: Claim, client: Client) -> None:
    add(
        client,
        claim,
        "An employee of the agency: Minutes of May",
        unnamed="on",
        redaction_reason="She fears for her job.",
    )

    item = claim.evidence.get()
    assert (item.source.confidential, item.source.publisher, item.url) == (True, "An employee of the agency", "")
    assert item.redaction_reason == "She fears for her job."


UNNAMED = [
    ({"redaction_reason": ""}, "Say for the desk why the source is not named."),
    ({"url": PAGE}, "Leave the address empty: it would tell who the source is."),
]


@pytest.mark.parametrize(("values", "sentence"), UNNAMED)
def test_what_would_name_it_is_refused(claim: Claim, client: Client, values: dict[str, str], sentence: str) -> None:
    filled = {"unnamed": "on", "redaction_reason": "Fear.", **values}

    answer = add(client, claim, "An employee: Minutes", **filled)

    assert answer.status_code == 422
    assert sentence in text(answer)
    assert not Source.objects.exists()


def test_a_known_source_is_not_named_by_its_own_name(claim: Claim, client: Client, desk: factories.Desk) -> None:
    factories.make_source(desk.editor, url=PAGE, publisher="The Agency")

    answer = add(client, claim, unnamed="on", redaction_reason="Fear.", url="")

    assert answer.status_code == 422
    assert "This names the source." in text(answer)


# What cannot be


BAD = [
    ("cited", "", "required"),
    ("cited", "javascript:alert(1)", "Only pages whose address begins with http"),
    ("cited", "data:text/html,x", "Only pages whose address begins with http"),
    ("cited", f"https://example.org/{'x' * 2000}", "2000"),
    ("cited", "x" * 3001, "3000"),
    ("cited", "a\x00b", "Null"),
    ("excerpt", "x" * 20_001, "20000"),
    ("stance", "", "required"),
    ("stance", "maybe", "valid choice"),
    ("bears_on", "", "required"),
    ("published", "last week", "Write a date as"),
    ("published", "9" * 20, "Write a date as"),
    ("language", "German!", "Write a language"),
    ("kind", "gossip", "valid choice"),
    ("source", "999999", "valid choice"),
    ("repeats", "999999", "valid choice"),
]


@pytest.mark.parametrize(("name", "value", "words"), BAD, ids=[f"{name}={value[:12]!r}" for name, value, _w in BAD])
def test_what_cannot_be_is_said_and_nothing_is_lost(
    claim: Claim, client: Client, name: str, value: str, words: str
) -> None:
    sent = typed(client, claim, note="A kept note.", excerpt="Kept words.") | {name: value}

    answer = client.post(citing(claim), sent)

    assert answer.status_code == 422
    assert words in text(answer)
    assert "A kept note." in text(answer)
    assert name == "excerpt" or "Kept words." in text(answer)
    assert not claim.evidence.exists()
    assert not Source.objects.exists()


def test_a_kind_that_was_chosen_before_anything_was_looked_up_stays(claim: Claim, client: Client) -> None:
    empty = opened(client, page(claim), "cited") | {"cited": PAGE, "kind": "primary", **TWO_KEYS}

    client.post(citing(claim), opened_from(client.post(citing(claim), empty)))

    assert claim.evidence.get().source_kind == "primary"


def test_what_a_word_processor_hides_is_no_part_of_an_address(claim: Claim, client: Client) -> None:
    add(client, claim, f"\ufeff{PAGE[:20]}\u200b{PAGE[20:]}\u00a0", excerpt="plus\u00a09\u00ad per cent\u200b")

    item = claim.evidence.get()
    assert item.url == PAGE
    assert item.excerpt == "plus\u00a09\u00ad per cent\u200b"


def test_the_longest_excerpt_is_kept_whole(claim: Claim, client: Client) -> None:
    add(client, claim, excerpt="ä" * 20_000)

    assert claim.evidence.get().excerpt == "ä" * 20_000


@pytest.mark.parametrize(
    ("cited", "date"),
    [("City: Register (2025)", "2025"), ("City: Register, 2025-03", "2025-03"), ("City: Register, 2025", "2025")],
)
def test_a_date_is_as_exact_as_it_is_given(claim: Claim, client: Client, cited: str, date: str) -> None:
    add(client, claim, cited)

    item = claim.evidence.get()
    assert (item.publisher, item.title, item.published) == ("City", "Register", date)


def test_a_form_sent_too_late_comes_back_whole(client: Client, desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)
    sent = opened(client, page(claim), "cited") | {"cited": PAGE, "excerpt": "kept words", **TWO_KEYS}
    sent = opened_from(client.post(citing(claim), sent))
    factories.review.submit(claim_id=claim.pk, actor=desk.researcher)

    answer = client.post(citing(claim), sent)

    assert answer.status_code == 409
    assert "kept words" in text(answer)
    assert not Source.objects.filter(url=PAGE).exists()


def test_an_auditor_may_not(claim: Claim, desk: factories.Desk) -> None:
    assert as_user(desk.auditor).post(citing(claim), {}).status_code == 403
    assert 'id="cite"' not in text(as_user(desk.auditor).get(page(claim)))


# One press


@pytest.fixture
def ready(desk: factories.Desk) -> Claim:
    return factories.ready_claim(desk)


def press(client: Client, claim: Claim, key: str, do: str, **values: Any) -> Any:
    sent = {"do": do, "opened_at": str(factories.fresh(claim).revision), **values}
    return client.post(reverse("desk:press_evidence", args=[claim.pk, key]), sent)


def item(claim: Claim, key: str) -> Evidence:
    return claim.evidence.get(key=key)


PRESSES = [
    ("supports", {"stance": "supports"}),
    ("background", {"stance": "background"}),
    ("said", {"bears_on": "said"}),
    ("lead", {"seen_how": "", "seen_by": None}),
    ("out", {"removed": True}),
]


@pytest.mark.parametrize(("do", "values"), PRESSES)
def test_one_press_is_one_entry(ready: Claim, client: Client, do: str, values: dict[str, Any]) -> None:
    before = ready.revision

    assert press(client, ready, "R1", do).status_code == 302

    assert {name: getattr(item(ready, "R1"), name) for name in values} == values
    assert factories.fresh(ready).revision == before + 1


def test_a_press_for_what_stands_already_writes_nothing(ready: Claim, client: Client) -> None:
    press(client, ready, "R1", "contradicts")

    assert factories.fresh(ready).revision == ready.revision


def test_a_lead_is_seen_by_whoever_says_so(ready: Claim, client: Client, desk: factories.Desk) -> None:
    press(client, ready, "R1", "lead")

    press(as_user(desk.editor), ready, "R1", "seen")

    assert (item(ready, "R1").seen_by, item(ready, "R1").seen_how) == (desk.editor, "read online")


def test_taking_out_is_undone_by_a_further_entry(ready: Claim, client: Client) -> None:
    out = press(client, ready, "R1", "out")
    shown = text(client.get(out["Location"]))
    press(client, ready, "R1", "back")

    assert "R1 was taken out of the claim." in shown
    assert "One item was taken out" in shown
    assert not item(ready, "R1").removed
    assert factories.fresh(ready).revision == ready.revision + 2


def keys(claim: Claim) -> list[str]:
    return list(claim.evidence.values_list("key", flat=True))


def test_items_are_sorted_within_their_group(ready: Claim, client: Client, desk: factories.Desk) -> None:
    for key, stance in (("S1", "supports"), ("C3", "contradicts")):
        one = factories.evidence_item(key, factories.make_source(desk.editor), stance=stance)
        factories.edit(ready, desk.researcher, one)
    first, second, *_others = keys(ready)

    press(client, ready, "C3", "up")
    assert keys(ready) == [first, "C3", second, "S1"]

    press(client, ready, "C3", "up")
    press(client, ready, "C3", "up")  # it is the first one by now
    assert keys(ready) == ["C3", first, second, "S1"]

    press(client, ready, "C3", "down")
    assert keys(ready) == [first, "C3", second, "S1"]
    assert factories.fresh(ready).revision == ready.revision + 5


def test_what_comes_after_sorting_comes_last(ready: Claim, client: Client, desk: factories.Desk) -> None:
    press(client, ready, ready.evidence.last().key, "up")

    factories.edit(ready, desk.researcher, factories.evidence_item("Z1", factories.make_source(desk.editor)))

    assert list(ready.evidence.values_list("key", flat=True))[-1] == "Z1"


def test_two_who_press_for_the_same_field_are_told(ready: Claim, client: Client, desk: factories.Desk) -> None:
    opened_at = str(ready.revision)
    factories.edit(ready, desk.editor, {"evidence.R1.stance": "background"})

    answer = press(client, ready, "R1", "supports", opened_at=opened_at)

    assert item(ready, "R1").stance == "background"
    assert "Somebody changed R1 meanwhile." in text(client.get(answer["Location"]))


@pytest.mark.parametrize("do", ["supports", "lead", "newer", "out"])
def test_a_press_on_what_somebody_took_out_meanwhile_says_so(
    ready: Claim, client: Client, desk: factories.Desk, do: str
) -> None:
    opened_at = str(ready.revision)
    out = factories.edit(ready, desk.editor, {"evidence.R1.removed": True})

    answer = press(client, ready, "R1", do, opened_at=opened_at)
    shown = text(client.get(answer["Location"]))

    assert "R1 was taken out of the claim." in shown
    assert "was used before" not in shown
    assert factories.fresh(ready).revision == out.revision


@pytest.mark.parametrize("do", ["", "explode", "removed"])
def test_a_button_that_does_not_exist_does_nothing(ready: Claim, client: Client, do: str) -> None:
    assert press(client, ready, "R1", do).status_code == 302
    assert factories.fresh(ready).revision == ready.revision


@pytest.mark.parametrize("opened_at", ["", "x", "-1", "9" * 30, "999999"])
def test_a_revision_that_is_none_breaks_nothing(ready: Claim, client: Client, opened_at: str) -> None:
    assert press(client, ready, "R1", "supports", opened_at=opened_at).status_code == 302


def test_a_key_that_is_not_there_is_not_found(ready: Claim, client: Client) -> None:
    assert press(client, ready, "R9", "up").status_code == 404


def test_where_content_is_closed_a_press_says_so(client: Client, desk: factories.Desk) -> None:
    claim = factories.review_claim(desk)

    answer = press(client, claim, "R1", "out")

    assert "Suggest a wording, or send it back first." in text(client.get(answer["Location"]))
    assert not item(claim, "R1").removed


def test_an_auditor_presses_nothing(ready: Claim, desk: factories.Desk) -> None:
    assert press(as_user(desk.auditor), ready, "R1", "out").status_code == 403


# A source that is cited differently by now


def correct(claim: Claim, desk: factories.Desk, key: str = "R1", **values: Any) -> None:
    records.edit_record(record=Source, record_id=item(claim, key).source_id, actor=desk.editor, values=values)


def test_a_corrected_citation_is_taken_over_by_one_press(ready: Claim, client: Client, desk: factories.Desk) -> None:
    correct(ready, desk, title="The register, corrected", published="2025-03")

    shown = text(client.get(page(ready)))
    press(client, ready, "R1", "newer")

    assert "Its source is cited differently by now:" in shown
    assert "The register, corrected" in shown
    assert (item(ready, "R1").title, item(ready, "R1").published) == ("The register, corrected", "2025-03")
    assert factories.fresh(ready).revision == ready.revision + 1
    assert "Its source is cited differently" not in text(client.get(page(ready)))


def test_a_date_that_is_a_month_reads_as_one(ready: Claim, client: Client, desk: factories.Desk) -> None:
    correct(ready, desk, "R1", published="2025-03")

    assert "Date “March 2025”" in text(client.get(page(ready)))


def test_what_must_not_be_named_is_never_offered_its_name(ready: Claim, client: Client, desk: factories.Desk) -> None:
    own = {"redaction_reason": "Fear.", "publisher": "An employee", "title": "Minutes"}
    factories.edit(ready, desk.researcher, {f"evidence.R1.{name}": value for name, value in own.items()})

    assert "Its source is cited differently" not in text(client.get(page(ready)))


def test_the_source_in_the_admin_lists_who_cites_it_in_older_words(ready: Claim, desk: factories.Desk) -> None:
    correct(ready, desk, title="The register, corrected")

    address = reverse("admin:claims_source_change", args=[item(ready, "R1").source_id])
    staff = as_user(desk.editor)
    shown = text(staff.get(address))

    assert "Cited in older words" in shown
    assert f"{page(ready)}#evidence-R1" in shown


# Independence and circles


def test_items_of_one_origin_are_told_as_one(ready: Claim, client: Client, desk: factories.Desk) -> None:
    release = factories.make_source(desk.editor, "Press release", publisher="Baidu", published="2025-03-16")
    for key in ("R1", "B1"):
        correct(ready, desk, key, derives_from=release)

    shown = text(client.get(page(ready)))

    assert "B1 and R1 have one origin and count as one: “Press release” (Baidu, 16 March 2025)" in shown.replace(
        "R1 and B1", "B1 and R1"
    )
    assert "1 independent source on the question" in shown


def test_independent_sources_and_the_primary_one_are_counted(ready: Claim, client: Client) -> None:
    shown = text(client.get(page(ready)))

    assert "2 independent sources on the question" in shown
    assert "Primary: R1" in shown


def test_the_second_reader_is_told_the_same(client: Client, desk: factories.Desk) -> None:
    claim = factories.review_claim(desk, {"evidence.R1.source_kind": "secondary", "verdict.no_primary_reason": "Lost."})

    shown = text(as_user(desk.editor).get(reverse("desk:read", args=[claim.pk])))

    assert "2 independent sources on the question" in shown
    assert "No primary source, because: Lost." in shown


def test_what_repeats_the_article_is_flagged_at_the_item(ready: Claim, client: Client, desk: factories.Desk) -> None:
    article = ready.quotations.get().version.article
    intake.exclude(actor=desk.editor, article_id=article.pk, url=item(ready, "B1").url, reason="A reprint.")

    shown = text(client.get(page(ready)))

    assert "It repeats an article that makes this claim, so it does not count." in shown
    assert "Repeats an article that makes the claim and does not count: B1" in shown
    assert "1 independent source on the question" in shown


def test_what_does_not_count_is_listed_in_order(ready: Claim, client: Client, desk: factories.Desk) -> None:
    article = ready.quotations.get().version.article
    source = factories.make_source(desk.editor, url=PAGE)
    for number in (9, 3, 7, 1, 5):
        factories.edit(ready, desk.researcher, factories.evidence_item(f"X{number}", source))
    intake.exclude(actor=desk.editor, article_id=article.pk, url=PAGE, reason="A reprint.")

    assert "does not count: X1, X3, X5, X7, X9" in text(client.get(page(ready)))
