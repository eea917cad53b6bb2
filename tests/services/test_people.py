"""Roles, the system as an actor, and people who have left."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser, Group, User
from django.core.exceptions import PermissionDenied
from django.core.management import call_command

from claims.services import people
from claims.vocabulary import Role
from tests import factories
from tests.factories import Desk

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", [*Role, None])
def test_role_is_that_of_the_group(role: Role | None) -> None:
    assert people.role_of(factories.make_user(role)) is role


def test_nobody_has_no_role() -> None:
    assert people.role_of(AnonymousUser()) is None


def test_groups_and_system_are_made_once() -> None:
    call_command("migrate", verbosity=0)

    assert sorted(Group.objects.values_list("name", flat=True)) == sorted(role.value for role in Role)
    assert User.objects.filter(username=people.SYSTEM_USERNAME).count() == 1


def test_system_cannot_log_in() -> None:
    system = people.system_user()

    assert not system.is_active
    assert not system.has_usable_password()


def test_somebody_who_has_left_keeps_their_key_and_loses_their_name(desk: Desk) -> None:
    claim = factories.inbox_claim(desk)
    people.pseudonymise(actor=desk.chief, user=desk.researcher)
    gone = User.objects.get(pk=desk.researcher.pk)

    assert claim.ledger.get().actor == gone
    assert (people.name_of(gone), gone.is_active, people.role_of(gone)) == (f"former-{gone.pk}", False, None)


def test_only_the_head_of_desk_takes_a_name_away(desk: Desk) -> None:
    with pytest.raises(PermissionDenied):
        people.pseudonymise(actor=desk.editor, user=desk.researcher)


def test_person_is_named_in_full_where_there_is_a_full_name() -> None:
    assert people.name_of(factories.make_user(first_name="Ada", last_name="L.")) == "Ada L."
    assert people.name_of(factories.make_user(username="ada", first_name="", last_name="")) == "ada"
