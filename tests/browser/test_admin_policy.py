"""Django's admin in a real browser: it works under the site's content security policy."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from selenium.webdriver import Chrome

from tests.browser.person import PASSWORD, Person


@pytest.mark.parametrize("browser", [(1280, 900), (390, 844)], indirect=True, ids=["desk", "phone"])
def test_admin_breaks_no_policy(browser: Chrome, live_server, transactional_db: None) -> None:
    User.objects.create_superuser("chief", password=PASSWORD)
    chief = Person(browser, live_server.url)
    chief.go("/admin/")
    chief.type("username", "chief")
    chief.type("password", PASSWORD)
    with chief.another_page():
        chief.find("[type=submit]").click()

    assert chief.find("#user-tools").is_displayed()

    for page in ("auth/user/", "auth/user/add/"):
        chief.go(f"/admin/{page}")

        assert chief.find("#content").is_displayed()
