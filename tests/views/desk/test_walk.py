"""From claim to claim at the second read: through the queue, or through the claims of one article."""

from __future__ import annotations

import pytest
from django.urls import reverse

from claims.models import ArticleVersion, Claim
from tests import factories
from tests.views.desk.helpers import page

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> factories.Desk:
    return factories.make_desk()


def address(claim: Claim, query: str = "") -> str:
    return reverse("desk:read", args=[claim.pk]) + query


def of_article(version: ArticleVersion) -> str:
    return f"?walk=article&amp;article={version.article_id}"


def marked(desk: factories.Desk, version: ArticleVersion, words: str) -> Claim:
    return factories.inbox_claim(desk, version=version, passages=[factories.passage(version, words)])


def test_an_articles_claims_are_walked_in_the_order_in_which_they_stand_there(desk: factories.Desk) -> None:
    version = factories.make_article(desk.researcher)
    last = marked(desk, version, "The city's own register")
    first = marked(desk, version, "Rents are the talk")
    middle = marked(desk, version, "rents in the city rose")
    factories.review_claim(desk)  # waits in the queue, and is of another article
    shown = page(desk.editor, address(middle, "?walk=article"))

    assert f'href="{address(first)}{of_article(version)}" rel="prev" data-key="k"' in shown
    assert f'href="{address(last)}{of_article(version)}" rel="next" data-key="j"' in shown
    assert "2 of 3" in shown


def test_the_walk_can_be_changed_and_says_which_it_is(desk: factories.Desk) -> None:
    claim = factories.review_claim(desk)
    version = claim.quotations.get().version
    queue, article = page(desk.editor, address(claim)), page(desk.editor, address(claim, "?walk=article"))

    assert f'href="{of_article(version)}">This article' in queue
    assert 'aria-current="true">The queue' in queue
    assert 'aria-current="true">This article' in article
    assert 'href="?">The queue' in article


def test_the_other_addresses_of_the_page_keep_the_walk(desk: factories.Desk) -> None:
    claim = factories.review_claim(desk)
    query = f"walk=article&amp;article={claim.quotations.get().version.article_id}"
    shown = page(desk.editor, address(claim, f"?{query.replace('&amp;', '&')}"))

    assert f'href="?{query}&amp;language=de"' in shown
    assert f'action="{address(claim)}?{query}&amp;language=en"' in shown


def test_a_claim_that_is_not_checked_is_left_out(desk: factories.Desk) -> None:
    version = factories.make_article(desk.researcher)
    claim = marked(desk, version, "Rents are the talk")
    factories.research.decline(
        claim_id=marked(desk, version, "The city's own register").pk, actor=desk.editor, reason="An opinion."
    )

    assert "1 of 1" in page(desk.editor, address(claim, "?walk=article"))


@pytest.mark.parametrize("query", ["?walk=article&article=x", "?walk=article&article=999999", "?walk=nonsense"])
def test_what_leads_nowhere_does_no_harm(desk: factories.Desk, query: str) -> None:
    assert "1 of 1" in page(desk.editor, address(factories.review_claim(desk), query))


def test_a_claim_without_an_article_has_the_queue_alone(desk: factories.Desk) -> None:
    other = factories.ready_claim(desk)
    claim = factories.research_claim(desk)  # its quotation goes to the other one
    factories.research.link_as_same(claim_id=claim.pk, actor=desk.researcher, same_as_id=other.pk)

    factories.review_claim(desk)

    assert "This article" not in page(desk.editor, address(claim, "?walk=article"))
