"""What was taken offline answers 451 or 410 and says why; nothing of it shows anywhere."""

from __future__ import annotations

import pytest
from django.test import Client

from claims.models import Check
from claims.services import erasure, publication
from claims.vocabulary import WithholdingReason
from tests import factories
from tests.factories import Desk
from tests.views.public.test_check import page

SECRETS = ("Rents rose, but by less", "The register says 9 per cent.", "Gestiegen, aber weniger")


def withhold(
    check: Check,
    desk: Desk,
    reason: WithholdingReason = WithholdingReason.ERROR,
    *,
    number: int = 0,
    language: str = "",
) -> None:
    publication.withhold(
        claim_id=check.claim.pk,
        actor=desk.editor,
        reason=reason,
        note={"en": "A court told us to.", "de": "Ein Gericht hat es verfügt."},
        number=number,
        language=language,
    )


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        (WithholdingReason.LEGAL, 451),
        (WithholdingReason.SAFETY, 410),
        (WithholdingReason.PRIVACY, 410),
        (WithholdingReason.ERROR, 410),
    ],
)
def test_a_whole_check(
    client: Client, desk: Desk, check: Check, url: str, reason: WithholdingReason, status: int
) -> None:
    withhold(check, desk, reason)

    for address in (
        url,
        f"/de{url}",
        f"{url}versions/1/",
        f"/checks/{check.slug}.json",
        f"/de/checks/{check.slug}.json",
    ):
        html = page(client, address, status)
        assert not [secret for secret in SECRETS if secret in html], address
    assert "A court told us to." in page(client, url, status)
    assert "Ein Gericht hat es verfügt." in page(client, f"/de{url}", status)


def test_an_earlier_version(client: Client, desk: Desk, check: Check, url: str) -> None:
    factories.publish_again(check.claim, desk)
    withhold(check, desk, number=1)

    assert f'href="{url}"' in page(client, f"{url}versions/1/", 410)
    assert "Offline" in page(client, url)
    assert f"{url}versions/1/" not in page(client, url)
    assert client.get(f"/checks/{check.slug}.json").status_code == 200


def test_the_current_version_takes_the_page_with_it(client: Client, desk: Desk, check: Check, url: str) -> None:
    factories.publish_again(check.claim, desk)
    withhold(check, desk, number=2)

    page(client, url, 410)
    page(client, f"/checks/{check.slug}.json", 410)
    page(client, f"{url}versions/1/", 200)


def test_the_note_of_a_version_that_is_offline_is_offline_too(
    client: Client, desk: Desk, check: Check, url: str
) -> None:
    factories.publish_again(check.claim, desk, note="Her name was wrong.")
    factories.publish_again(factories.fresh(check.claim), desk, note="And again.")
    withhold(check, desk, number=2)
    html = page(client, url)

    assert "Her name was wrong." not in html
    assert "And again." in html


def test_one_language(client: Client, desk: Desk, check: Check, url: str) -> None:
    withhold(check, desk, WithholdingReason.LEGAL, language="de")

    german = page(client, f"/de{url}", 451)
    assert f'href="{url}" hreflang="en"' in german
    assert "Gestiegen" not in german
    english = page(client, url)
    assert 'hreflang="de"' not in english
    page(client, f"/checks/{check.slug}.json", 451)


def test_a_note_in_a_language_that_is_offline_is_offline_too(
    client: Client, desk: Desk, check: Check, url: str
) -> None:
    factories.publish_again(check.claim, desk, note="Her name was wrong.")
    withhold(check, desk, language="en")

    assert "Her name was wrong." not in page(client, f"/de{url}")


def test_a_redirect_never_leads_to_a_language_that_is_offline(client: Client, desk: Desk) -> None:
    check = factories.make_check(desk, edits={"verdict.texts.de.headline": ""})
    withhold(check, desk, WithholdingReason.LEGAL, language="en")

    page(client, f"/de/checks/{check.slug}/", 451)


def test_lifting_puts_it_back(client: Client, desk: Desk, check: Check, url: str) -> None:
    withhold(check, desk)
    publication.lift(claim_id=check.claim.pk, actor=desk.chief, withholding_id=check.withholdings.get().pk)

    page(client, url)


def test_an_erased_version_is_gone(client: Client, desk: Desk, check: Check, url: str) -> None:
    erasure.erase(actor=desk.chief, text="The register says 9 per cent.", reason="Ordered by a court.")

    for address in (url, f"/de{url}", f"{url}versions/1/", f"/checks/{check.slug}.json"):
        html = page(client, address, 410)
        assert not [secret for secret in SECRETS if secret in html], address
    assert "erased by order" in page(client, url, 410)
    assert "Rents rose" not in page(client, "/")
