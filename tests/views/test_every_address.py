"""Every pair of address, role, method and state once; all of them together are asked for by ``make bench``."""

import itertools

import pytest

from tests.benchmarks import access

pytestmark = pytest.mark.django_db

SEED = 7


def test_no_answer_leaks_fails_or_changes_what_it_must_not() -> None:
    tally = access.run(lambda found: access.pairwise(found, SEED))

    assert tally.flaws == []
    assert tally.routes == set(access.routes())


def test_a_leak_and_a_write_would_be_found() -> None:
    address = access.Address("checks/<slug:slug>/", "/checks/rents/", "published")
    reading = access.Request(address, "anonymous", "GET")
    of_the_desk = access.Request(access.Address("desk/", "/desk/", ""), "outsider", "GET")
    refused = access.Request(access.Address("desk/erase/", "/desk/erase/", ""), "editor", "POST")
    body = f"Draft {access.SECRET}".encode()

    assert len(list(access.flaws(reading, 200, body, set()))) == 1
    assert len(list(access.flaws(reading, 500, b"", {"claims_claim"}))) == 2
    assert len(list(access.flaws(of_the_desk, 200, body, set()))) == 2
    assert list(access.flaws(refused, 403, b"<html></html>", set())) == ["refused without a reason"]


def test_pairs_are_all_there() -> None:
    """Of any two of route, state, visitor and method each pair that can come about."""
    states = [f"state {number}" for number in range(15)]
    found = [
        access.Address(f"desk/{route}/<int:claim_id>/", f"/desk/{route}/{state}/", state)
        for route in range(60)
        for state in states
    ]
    asked = list(access.pairwise(found, SEED))
    rows = [(one.address.route, one.address.state, one.visitor, one.method) for one in asked]
    kinds = [sorted({row[place] for row in rows}) for place in range(4)]

    for one, other in itertools.combinations(range(4), 2):
        wanted = set(itertools.product(kinds[one], kinds[other]))
        assert {(row[one], row[other]) for row in rows} == wanted
    assert len(asked) < len(found) * 2
