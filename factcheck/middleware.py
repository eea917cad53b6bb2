"""What every answer carries: a content security policy, and the language it is written in."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers

GetResponse = Callable[[HttpRequest], HttpResponseBase]

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; "
    "script-src 'self'; "
    "style-src 'self'; "
    "img-src 'self' data:; "  # Django's admin has its icons as data.
    "font-src 'self'; "
    "connect-src 'self'; "
    "form-action 'self'; "
    "base-uri 'none'; "
    "frame-ancestors 'none'"
)

# Where people of the desk work: the language is theirs. Elsewhere it is the address's.
DESK_PATHS = ("/desk/", "/admin/", "/accounts/")
GERMAN_PREFIX = "/de/"


class ContentSecurityPolicy:
    """Nothing inline and nothing from elsewhere; a view may send a policy of its own."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        return response


class Language:
    """A public address has one language for everybody, so that it can be cached and cited.

    Its prefix decides and no cookie is read. At the desk the language cookie decides, then
    the browser's wish.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        at_desk = request.path_info.startswith(DESK_PATHS)
        if at_desk:
            language = translation.get_language_from_request(request)
        else:
            language = "de" if request.path_info.startswith(GERMAN_PREFIX) else "en"
        with translation.override(language):
            request.LANGUAGE_CODE = language  # type: ignore[attr-defined]  # As Django's own does.
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        if at_desk:
            patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response
