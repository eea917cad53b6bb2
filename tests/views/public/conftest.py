"""What the tests of public pages share: a desk, a published check, and its addresses."""

from __future__ import annotations

import pytest

from claims.models import Check
from tests.factories import Desk, make_check, make_desk


@pytest.fixture
def desk(db: None) -> Desk:
    return make_desk()


@pytest.fixture
def check(desk: Desk) -> Check:
    """Published in English and German, at version 1."""
    return make_check(desk)


@pytest.fixture
def url(check: Check) -> str:
    return f"/checks/{check.slug}/"
