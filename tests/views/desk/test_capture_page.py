"""A copy beside what was cut from it: confirmed, mended, linked with where else it appeared; never run."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims.models import AlsoAppeared, ArticleVersion, Capture
from claims.services import intake
from claims.services.intake import Intake, Received
from claims.views.desk.intake import Stretch, stretches
from tests import factories
from tests.views.desk.helpers import as_user, page, text

pytestmark = pytest.mark.django_db

COPY = (
    'width="2015" height="1133" sizes="(max-width: 2015px) 100vw, 2015px">The tower of the town hall.'
    "Ada Vogel – shutterstock.com " + factories.TEXT
)
HOSTILE = """<!doctype html><html><head><title><script>alert(1)</script></title>
<script>document.title = "taken"</script></head><body onload="alert(2)"><article>
<h1>Rents <img src="https://evil.example/1.png" onerror="alert(3)"></h1>
<p>&lt;script&gt;document.title = "taken"&lt;/script&gt; Rents in the city rose by 12 per cent in 2024.</p>
<p>&lt;img src=https://evil.example/2.png onerror=alert(4)&gt; The mayor called the figure plainly wrong on Tuesday.</p>
<p onclick="alert(5)">The register of the city will be published in June, and it holds all rents of 2024.</p>
<iframe src="https://evil.example/3"></iframe></article>
<p>&lt;svg onload=alert(6)&gt; Read more: &lt;a href=javascript:alert(7)&gt;here&lt;/a&gt;</p></body></html>"""


def receive(desk: factories.Desk, raw: str = COPY, **values: Any) -> Intake:
    return intake.receive(actor=desk.researcher, raw=raw.encode(), **values)


def address(capture: Capture) -> str:
    assert capture.version is not None
    return reverse("desk:capture", args=[capture.version.article_id, capture.pk])


def step(name: str, version: ArticleVersion) -> str:
    return reverse(f"desk:{name}", args=[version.article_id, version.number])


def test_the_text_stands_beside_what_was_cut(desk: factories.Desk) -> None:
    taken = receive(desk)

    shown = page(desk.auditor, address(taken.capture))

    assert [cut["kind"] for cut in taken.capture.residue] == ["image_attributes", "caption", "photo_credit"]
    assert shown.index("Image attributes") < shown.index("Caption") < shown.index("Photo credit")
    assert 'width="2015" height="1133"' in shown
    assert "The tower of the town hall." in shown
    assert "Rents are the talk of the town." in shown
    assert 'href="#cut-1"' in shown
    assert 'id="cut-3"' in shown


@pytest.mark.parametrize(
    ("share", "words"),
    [
        ("0.950", ("95 % of what the copy shows", "The text holds next to all that the copy shows.")),
        ("0.600", ("60 % of what the copy shows", "The text holds most of what the copy shows.")),
        ("0.300", ("30 % of what the copy shows", "as a page with its menus does")),
        (None, ("was not measured",)),
    ],
)
def test_the_page_says_how_complete_the_text_is(
    desk: factories.Desk, share: str | None, words: tuple[str, ...]
) -> None:
    received = Received(
        raw=b"raw",
        text="Clean.",
        residue=[{"kind": "caption", "text": "A photo"}],
        completeness=Decimal(share) if share else None,
    )
    capture = intake.take_in(actor=desk.researcher, received=received, title="An article", language="en")

    shown = page(desk.auditor, address(capture))

    assert [word for word in words if word not in shown] == []


def test_nothing_cut_is_said(desk: factories.Desk) -> None:
    assert "Nothing was cut." in page(desk.editor, address(receive(desk, factories.TEXT).capture))


def test_lost_characters_are_named(desk: factories.Desk) -> None:
    received = Received(raw=b"raw", text="A \ufffd here and \ufffd there.")
    capture = intake.take_in(actor=desk.researcher, received=received, title="An article", language="en")

    assert "2 characters could not be decoded" in page(desk.editor, address(capture))


def test_copies_of_the_text_are_listed_with_when_and_by_whom(desk: factories.Desk) -> None:
    first = receive(desk, title="As first received")
    second = receive(desk, factories.TEXT, title="As received again")

    shown = page(desk.editor, address(second.capture))

    assert second.version == first.version
    assert address(first.capture) in shown
    assert "As first received" in shown
    assert desk.researcher.get_full_name() in shown


def test_the_bytes_reach_nobody(desk: factories.Desk) -> None:
    """There is no address that gives them out, and none is linked."""
    shown = page(desk.editor, address(receive(desk, HOSTILE).capture))

    assert "download" not in shown
    assert "data:" not in shown


def test_a_copy_belongs_to_its_article(desk: factories.Desk) -> None:
    capture = receive(desk).capture
    other = factories.make_article(desk.researcher, text="Something else.", title="Else")
    client = as_user(desk.editor)

    assert client.get(reverse("desk:capture", args=[other.article_id, capture.pk])).status_code == 404
    assert client.get(reverse("desk:capture", args=[other.article_id, 999_999])).status_code == 404


# Confirming


def test_a_text_is_confirmed(desk: factories.Desk) -> None:
    taken = receive(desk)
    client = as_user(desk.editor)
    assert "Is the text right?" in text(client.get(address(taken.capture)))

    answer = client.post(step("confirm_text", taken.version), follow=True)

    assert "The text is confirmed." in text(answer)
    taken.version.refresh_from_db()
    assert taken.version.confirmed_by == desk.editor
    shown = text(client.get(address(taken.capture)))
    assert "Is the text right?" not in shown
    assert f"The text was confirmed by {desk.editor.get_full_name()}" in shown
    assert step("mend", taken.version) in shown


def test_an_auditor_is_offered_nothing(desk: factories.Desk) -> None:
    version = receive(desk).version

    shown = page(desk.auditor, address(version.captures.get()))

    assert step("confirm_text", version) not in shown
    assert step("mend", version) not in shown
    client = as_user(desk.auditor)
    assert client.post(step("confirm_text", version)).status_code == 403
    assert client.post(step("mend", version), {"text": "Other."}).status_code == 403
    assert client.post(reverse("desk:link_appearance", args=[version.article_id]), {"other": "1"}).status_code == 403


def test_a_version_that_is_not_there(desk: factories.Desk) -> None:
    version = receive(desk).version
    client = as_user(desk.editor)

    assert client.post(reverse("desk:confirm_text", args=[version.article_id, 9])).status_code == 404
    assert client.get(reverse("desk:mend", args=[version.article_id, 9])).status_code == 404


# Mending


def test_a_mended_text_is_a_version_that_says_so(desk: factories.Desk) -> None:
    version = receive(desk).version
    client = as_user(desk.editor)
    assert "Rents are the talk of the town." in text(client.get(step("mend", version)))

    words = version.text.replace("Rents are the talk of the town. ", "").replace("\n", "\r\n")
    answer = client.post(step("mend", version), {"text": words}, follow=True)

    mended = version.article.versions.get(number=2)
    assert (mended.mended, mended.confirmed_by) == (True, desk.editor)
    assert "Mended." in text(answer)
    assert f"mended by {desk.editor.get_full_name()}" in text(answer)
    assert "None: this text was mended by hand." in text(answer)


@pytest.mark.parametrize(("typed", "sentence"), [("", "There is no text left."), (None, "The text is as it was.")])
def test_a_mending_that_mends_nothing_is_refused(desk: factories.Desk, typed: str | None, sentence: str) -> None:
    version = receive(desk).version
    answer = as_user(desk.editor).post(step("mend", version), {"text": version.text if typed is None else typed})

    assert answer.status_code == 422
    assert sentence in text(answer)
    assert version.article.versions.count() == 1


# Also appeared in


def test_a_reprint_is_shown_and_linked_by_a_person(desk: factories.Desk) -> None:
    here = receive(desk, url="https://one.example/a")
    there = receive(desk, f"{factories.TEXT} More of it.", url="https://two.example/b", title="A reprint")
    client = as_user(desk.editor)
    shown = text(client.get(address(here.capture)))
    assert "A reprint" in shown
    assert "% alike" in shown
    assert not AlsoAppeared.objects.exists()

    answer = client.post(
        reverse("desk:link_appearance", args=[here.version.article_id]),
        {"other": there.version.article_id, "capture": here.capture.pk},
        follow=True,
    )

    assert AlsoAppeared.objects.get().linked_by == desk.editor
    assert "Linked. Both articles stay as they are." in text(answer)
    assert "% alike" not in text(answer)
    assert here.version.article.title in page(desk.editor, address(there.capture)), "the link is seen from both sides"


@pytest.mark.parametrize(("other", "status"), [("", 404), ("x", 404), ("²", 404), ("9" * 30, 404), ("999999", 302)])
def test_what_is_no_article_is_not_linked(desk: factories.Desk, other: str, status: int) -> None:
    article = receive(desk).version.article_id

    answer = as_user(desk.editor).post(reverse("desk:link_appearance", args=[article]), {"other": other})

    assert answer.status_code == status
    assert not AlsoAppeared.objects.exists()


def test_nothing_alike_is_said(desk: factories.Desk) -> None:
    assert "No article here has a text like this one." in page(desk.editor, address(receive(desk).capture))


def test_the_page_costs_the_same_however_many_copies_there_are(desk: factories.Desk) -> None:
    capture = receive(desk).capture
    client = as_user(desk.editor)

    def count() -> int:
        client.get(address(capture))
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address(capture)).status_code == 200
        return len(caught)

    few = count()
    for number in range(5):
        receive(desk, f"{factories.TEXT}{' ' * (number + 1)}")
        receive(desk, f"{factories.TEXT} {number} more.", url=f"https://{number}.example/a")

    assert count() <= few <= 25


# Safety


def test_a_hostile_page_is_words(desk: factories.Desk) -> None:
    taken = receive(desk, HOSTILE)

    for where in (address(taken.capture), taken.version.article_id, step("mend", taken.version)):
        shown = page(desk.editor, where if isinstance(where, str) else reverse("desk:article", args=[where]))
        for markup in ("<img", "<iframe", "<script>", "<svg onload", "onload=&quot;", 'href="javascript'):
            assert markup not in shown.replace("<svg class", ""), (where, markup)


def test_a_title_and_an_address_are_words_too(desk: factories.Desk) -> None:
    shown = page(
        desk.editor,
        address(receive(desk, title='"><script>alert(1)</script>', url="https://x.example/?a=\"onclick=b'").capture),
    )

    assert "<script>alert" not in shown


# Where something was cut


@pytest.mark.parametrize(
    ("residue", "expected"),
    [
        ([], [Stretch("abcdef", ())]),
        ([{"start": 0}, {"start": 0}], [Stretch("abcdef", (1, 2))]),
        ([{"start": 2}, {"start": 6}], [Stretch("ab", ()), Stretch("cdef", (1,)), Stretch("", (2,))]),
        ([{"start": None}, {"start": 9}, {"start": -1}, {"start": "2"}, {}], [Stretch("abcdef", ())]),
    ],
)
def test_cuts_stand_where_they_were(residue: list[dict[str, Any]], expected: list[Stretch]) -> None:
    assert stretches("abcdef", residue) == expected
