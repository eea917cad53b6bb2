"""Roles, the system as an actor, and how people are named."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser, Group, User
from django.core.management import call_command
from django.utils import translation

from claims.services import people
from claims.vocabulary import Role
from tests import factories

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


def test_person_is_named_in_full_where_there_is_a_full_name() -> None:
    assert people.name_of(factories.make_user(first_name="Ada", last_name="L.")) == "Ada L."
    assert people.name_of(factories.make_user(username="ada", first_name="", last_name="")) == "ada"


def test_person_whose_name_was_taken_away_is_called_so_in_the_readers_language() -> None:
    gone = factories.make_user()
    gone.username = f"{people.FORMER}{gone.pk}"

    assert people.name_of(gone) == f"former colleague {gone.pk}"
    with translation.override("de"):
        assert people.name_of(gone) == f"ehemaliges Redaktionsmitglied {gone.pk}"
    assert people.kept_name_of(factories.make_user(username="former-0", first_name="", last_name="")) == "former-0"


def test_login_name_of_another_number_is_a_name_like_any_other() -> None:
    user = factories.make_user(username="former-0", first_name="", last_name="")

    assert people.name_of(user) == "former-0"
