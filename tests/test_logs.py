"""What is logged of a link through which somebody answers: that it was used, and not which one it is."""

from __future__ import annotations

import io
import logging

import pytest
from django.test import Client

import factcheck.wsgi  # noqa: F401 - a web server begins with it

ADDRESS = "/answer/Zm9vYmFyYmF6cXV4/"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the site's own handler writes."""
    stream = io.StringIO()
    [handler] = (one for one in logging.getLogger().handlers if type(one) is logging.StreamHandler)
    monkeypatch.setattr(handler, "stream", stream)
    return stream


@pytest.mark.django_db
def test_a_refused_answer_is_logged_without_its_link(written: io.StringIO) -> None:
    assert Client().get(ADDRESS).status_code == 404

    assert "Not Found: /answer/…/" in written.getvalue()
    assert "Zm9v" not in written.getvalue()


def test_other_addresses_are_logged_as_they_are(written: io.StringIO) -> None:
    logging.getLogger("django.request").warning("%s: %s", "Not Found", "/desk/100%/answer/")

    assert "Not Found: /desk/100%/answer/" in written.getvalue()


def test_the_web_server_logs_no_link_either(caplog: pytest.LogCaptureFixture) -> None:
    """As Gunicorn writes it: a format and a mapping."""
    log = logging.getLogger("gunicorn.access")
    with caplog.at_level(logging.INFO, logger=log.name):
        log.info('%(h)s "%(r)s" %(s)s', {"h": "192.0.2.1", "r": f"GET {ADDRESS} HTTP/1.1", "s": "200"})

    assert caplog.messages == ['192.0.2.1 "GET /answer/…/ HTTP/1.1" 200']
