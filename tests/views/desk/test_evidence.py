"""Evidence: added from a source that is there or a new one, changed, taken out, and never under a used key."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from claims.forms.evidence import read_citation, suggested_key
from claims.models import Claim, Source
from claims.services import records
from tests import factories
from tests.views.desk.forms import opened
from tests.views.desk.helpers import as_user, text

pytestmark = pytest.mark.django_db

FILLED: dict[str, Any] = {
    "source": "new",
    "publisher": "City of Example",
    "title": "Rent register 2024",
    "url": "https://register.example.org/2024",
    "published": "2025-03",
    "kind": "primary",
    "language": "en",
    "bears_on": "true",
    "stance": "contradicts",
    "excerpt": "plus 9 per cent",
    "seen_how": "read online",
}


@pytest.fixture
def desk() -> factories.Desk:
    return factories.make_desk()


@pytest.fixture
def claim(desk: factories.Desk) -> Claim:
    return factories.research_claim(desk)


@pytest.fixture
def client(desk: factories.Desk) -> Client:
    return as_user(desk.researcher)


def adding(claim: Claim) -> str:
    return reverse("desk:add_evidence", args=[claim.pk])


def editing(claim: Claim, key: str) -> str:
    return reverse("desk:evidence", args=[claim.pk, key])


# Adding


def test_a_new_source_and_its_item_are_saved_together(claim: Claim, client: Client, desk: factories.Desk) -> None:
    answer = client.post(adding(claim), opened(client, adding(claim)) | FILLED)

    assert answer.status_code == 302
    item = claim.evidence.get()
    assert (item.key, item.publisher, item.source.title) == ("COE1", "City of Example", "Rent register 2024")
    assert (item.seen_by, item.source_kind, item.published) == (desk.researcher, "primary", "2025-03")
    assert factories.fresh(claim).revision == claim.revision + 1
    assert answer["Location"].endswith("#evidence-COE1")


def test_a_source_that_is_there_brings_its_citation(claim: Claim, client: Client, desk: factories.Desk) -> None:
    source = factories.make_source(desk.editor, "Annual report", publisher="Baidu")
    found = opened(client, f"{adding(claim)}?paste={source.url}")

    answer = client.post(
        adding(claim), found | {"bears_on": "said", "stance": "supports", "publisher": "typed in vain"}
    )

    assert (found["source"], found["key"]) == (str(source.pk), "BA1")
    assert answer.status_code == 302
    item = claim.evidence.get()
    assert (item.source, item.publisher, item.title) == (source, "Baidu", "Annual report")
    assert Source.objects.count() == 1


def test_an_item_that_nobody_saw_is_a_lead(claim: Claim, client: Client) -> None:
    client.post(adding(claim), opened(client, adding(claim)) | FILLED | {"seen_how": ""})

    assert claim.evidence.get().is_lead


def test_sources_are_searched_and_what_was_typed_is_kept(claim: Claim, client: Client, desk: factories.Desk) -> None:
    source = factories.make_source(desk.editor, "Rents and register", publisher="City")
    typed = opened(client, adding(claim)) | {"find": "city register", "search": "yes", "excerpt": "typed before"}

    answer = client.post(adding(claim), typed)

    assert answer.status_code == 200
    assert "City: Rents and register" in text(answer)
    assert "typed before" in text(answer)
    assert f'value="{source.pk}"' in text(answer)
    assert not claim.evidence.exists()


def test_a_source_found_by_search_can_be_chosen(claim: Claim, client: Client, desk: factories.Desk) -> None:
    source = factories.make_source(desk.editor, "Rents and register")

    answer = client.post(adding(claim), opened(client, adding(claim)) | FILLED | {"source": str(source.pk), "url": ""})

    assert answer.status_code == 302
    assert claim.evidence.get().source == source


@pytest.mark.parametrize("chosen", ["999999", "x", "-1", "9" * 30])
def test_a_source_that_does_not_exist_is_refused(claim: Claim, client: Client, chosen: str) -> None:
    answer = client.post(adding(claim), opened(client, adding(claim)) | FILLED | {"source": chosen})

    assert answer.status_code == 422
    assert not Source.objects.exists()


def test_a_known_address_is_not_taken_in_twice(claim: Claim, client: Client, desk: factories.Desk) -> None:
    source = factories.make_source(desk.editor, url=FILLED["url"])

    answer = client.post(adding(claim), opened(client, adding(claim)) | FILLED)

    assert answer.status_code == 422
    assert "A source with this address is here already" in text(answer)
    assert f'value="{source.pk}"' in text(answer)
    assert Source.objects.count() == 1


BAD = [
    ("url", "javascript:alert(1)"),
    ("url", "data:text/html,x"),
    ("url", "https://"),
    ("title", ""),
    ("title", "x" * 501),
    ("title", "a\x00b"),
    ("publisher", "x" * 201),
    ("published", "last week"),
    ("published", "2025-13"),
    ("language", "German!"),
    ("kind", "gossip"),
    ("stance", ""),
    ("stance", "maybe"),
    ("bears_on", ""),
    ("excerpt", "x" * 20_001),
    ("seen_how", "x" * 201),
    ("key", "A B"),
    ("key", "-A"),
    ("key", "Ä1"),
    ("key", "x" * 33),
]


@pytest.mark.parametrize(("name", "value"), BAD, ids=[f"{name}={value[:12]!r}" for name, value in BAD])
def test_what_cannot_be_is_refused_with_nothing_half_saved(claim: Claim, client: Client, name: str, value: str) -> None:
    typed = opened(client, adding(claim)) | FILLED | {"note": "A kept note."} | {name: value}

    answer = client.post(adding(claim), typed)

    assert answer.status_code == 422
    assert "A kept note." in text(answer)
    assert not claim.evidence.exists()
    assert not Source.objects.exists()


def test_a_used_key_is_refused_and_a_free_one_named(claim: Claim, client: Client, desk: factories.Desk) -> None:
    source = factories.make_source(desk.editor)
    factories.edit(claim, desk.editor, factories.evidence_item("COE1", source))
    factories.edit(claim, desk.editor, {"evidence.COE1.removed": True})

    answer = client.post(adding(claim), opened(client, adding(claim)) | FILLED | {"key": "COE1"})

    assert answer.status_code == 422
    assert "This key was used before in this claim. COE2 is free." in text(answer)
    assert Source.objects.count() == 1


def test_a_key_that_somebody_took_meanwhile_is_refused(claim: Claim, client: Client, desk: factories.Desk) -> None:
    typed = opened(client, adding(claim)) | FILLED | {"key": "K1"}
    factories.edit(claim, desk.editor, factories.evidence_item("K1", factories.make_source(desk.editor)))

    answer = client.post(adding(claim), typed)

    assert answer.status_code == 422
    assert "plus 9 per cent" in text(answer)
    assert claim.evidence.get().excerpt == ""


@pytest.mark.parametrize("key", ["", "K1"])
def test_a_second_click_adds_it_once(claim: Claim, client: Client, key: str) -> None:
    typed = opened(client, adding(claim)) | FILLED | {"key": key}

    answers = [client.post(adding(claim), typed) for _click in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert claim.evidence.count() == 1
    assert Source.objects.count() == 1


def test_a_form_sent_too_late_leaves_no_source_behind(client: Client, desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)
    typed = opened(client, adding(claim)) | FILLED
    before = Source.objects.count()
    factories.review.submit(claim_id=claim.pk, actor=desk.researcher)

    answer = client.post(adding(claim), typed)

    assert answer.status_code == 409
    assert "Suggest a wording, or send it back first." in text(answer)
    assert "plus 9 per cent" in text(answer)
    assert Source.objects.count() == before


def test_an_auditor_may_not(claim: Claim, desk: factories.Desk) -> None:
    assert as_user(desk.auditor).post(adding(claim), FILLED).status_code == 403
    assert not Source.objects.exists()


@pytest.mark.parametrize("pasted", ["", "\x00", "x" * 5000, "http://[", "https://example.org/?q=%", "<script>"])
def test_whatever_is_pasted_opens_the_form(claim: Claim, client: Client, pasted: str) -> None:
    answer = client.get(adding(claim), {"paste": pasted})

    assert answer.status_code == 200
    assert "<script>" not in text(answer).replace('<script type="module"', "")


# Reading what is pasted: what can be told from it and no more.

PASTED = [
    ("https://www.example.org/a?b=c", {"url": "https://www.example.org/a?b=c", "publisher": "example.org"}),
    ("example.org/a", {"url": "https://example.org/a", "publisher": "example.org"}),
    (
        "City of Example: “Rent register”, 2025-03-19, https://example.org/r.",
        {
            "url": "https://example.org/r",
            "publisher": "City of Example",
            "title": "Rent register",
            "published": "2025-03-19",
        },
    ),
    ("Stadt: Mieten bis 2027, 9.3.2025", {"publisher": "Stadt", "title": "Mieten bis 2027", "published": "2025-03-09"}),
    ("Just words", {"title": "Just words"}),
    ("", {}),
]


@pytest.mark.parametrize(("pasted", "found"), PASTED, ids=[pasted[:20] for pasted, _found in PASTED])
def test_a_citation_is_read(pasted: str, found: dict[str, str]) -> None:
    assert read_citation(pasted) == found


KEYS = [
    ("Baidu", [], "BA1"),
    ("Baidu", ["BA1", "ba2"], "BA3"),
    ("New York Times", ["NYT1"], "NYT2"),
    ("163.com", [], "1C1"),
    ("智东西", [], "Q1"),
    ("Österreichischer Rundfunk", [], "OR1"),
    ("", ["Q1"], "Q2"),
]


@pytest.mark.parametrize(("publisher", "used", "key"), KEYS)
def test_a_key_is_suggested_that_was_never_used(publisher: str, used: list[str], key: str) -> None:
    assert suggested_key(publisher, used) == key


# Changing


def test_an_item_is_changed_in_one_entry(client: Client, desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)
    typed = opened(client, editing(claim, "R1")) | {
        "excerpt": "plus 9.1 per cent",
        "stance": "supports",
        "seen_how": "",
    }

    answer = client.post(editing(claim, "R1"), typed)

    assert answer.status_code == 302
    item = claim.evidence.get(key="R1")
    assert (item.excerpt, item.stance, item.is_lead) == ("plus 9.1 per cent", "supports", True)
    assert factories.fresh(claim).revision == claim.revision + 1


def test_an_untouched_item_makes_no_entry(client: Client, desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk, {"evidence.R1.url": "https://example.org/a?#x", "evidence.R1.note": "a\n\n"})

    client.post(editing(claim, "R1"), opened(client, editing(claim, "R1")))

    assert factories.fresh(claim).revision == claim.revision


@pytest.mark.parametrize(
    ("name", "value"), [("url", "javascript:alert(1)"), ("published", "soon"), ("stance", ""), ("excerpt", "a\x00b")]
)
def test_what_cannot_be_is_refused_and_kept(client: Client, desk: factories.Desk, name: str, value: str) -> None:
    claim = factories.ready_claim(desk)
    typed = opened(client, editing(claim, "R1")) | {"note": "A kept note.", name: value}

    answer = client.post(editing(claim, "R1"), typed)

    assert answer.status_code == 422
    assert "A kept note." in text(answer)
    assert factories.fresh(claim).revision == claim.revision


def test_an_item_is_taken_out_and_put_back(client: Client, desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)
    client.post(editing(claim, "R1"), opened(client, editing(claim, "R1")) | {"removed": "on"})
    assert claim.evidence.get(key="R1").removed

    typed = opened(client, editing(claim, "R1"))
    del typed["removed"]
    client.post(editing(claim, "R1"), typed)

    assert not claim.evidence.get(key="R1").removed


def test_a_source_that_reads_differently_by_now_is_offered(client: Client, desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)
    item = claim.evidence.get(key="R1")
    records.edit_record(
        record=Source, record_id=item.source_id, actor=desk.editor, values={"title": "The register, corrected"}
    )
    typed = opened(client, editing(claim, "R1")) | {"note": "typed before"}

    offered = text(client.get(editing(claim, "R1")))
    taken = client.post(editing(claim, "R1"), typed | {"take_citation": "yes"})

    assert "The source is cited differently by now" in offered
    assert 'value="The register, corrected"' in text(taken)
    assert "typed before" in text(taken)
    assert claim.evidence.get(key="R1").title == item.title


def test_the_newer_citation_waits_until_it_is_decided_which_of_two_shall_stand(
    client: Client, desk: factories.Desk
) -> None:
    claim = factories.ready_claim(desk)
    source = claim.evidence.get(key="R1").source_id
    records.edit_record(record=Source, record_id=source, actor=desk.editor, values={"title": "Corrected"})
    typed = opened(client, editing(claim, "R1")) | {"note": "mine"}
    factories.edit(claim, desk.editor, {"evidence.R1.note": "theirs"})

    asked = client.post(editing(claim, "R1"), typed)

    assert asked.status_code == 409
    assert "Put this in the form" in text(client.get(editing(claim, "R1")))
    assert "Put this in the form" not in text(asked)


@pytest.mark.parametrize("key", ["R9", "r1"])
def test_a_key_that_is_not_there_is_not_found(client: Client, desk: factories.Desk, key: str) -> None:
    claim = factories.ready_claim(desk)

    assert client.get(editing(claim, key)).status_code == 404


def test_an_auditor_changes_nothing(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)

    assert as_user(desk.auditor).get(editing(claim, "R1")).status_code == 403
