"""The page on which an addressee answers, without an account: whoever holds the link, once.

It is neither of the desk nor of the public site: no login, no session, no cookie, no script, nothing to be cached or
found. GET reads the request alone and never uses the link up; POST makes one service call. What is sent is guarded by
a signature over the link instead of Django's cookie: the page hides its address from others (``no-referrer``), and a
browser that does so sends a form without an origin, which Django's own guard takes for a stranger's.
"""

from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from claims.errors import DomainError, Unanswerable
from claims.forms.asking import AnswerForm
from claims.models import Reply, ReplyRequest
from claims.services import asking

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Cache-Control": "no-store, private",
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}
STATUS = {"unknown": 404, "used": 410, "late": 410}

LARGEST = 1_000_000
"""Bytes of a posted form: four times what the longest reply can take, so that one too long is told so and kept."""

_SALT = "claims.views.answer"


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The form, in the request's language; what became of it; or, in a sentence, why this link cannot be used."""
    try:
        found = asking.linked(token)
    except Unanswerable as problem:
        return _closed(request, token, problem)
    with translation.override(_language(found)):
        return _answer(request, found, token) if request.method == "POST" else _form(request, found, token)


def _answer(request: HttpRequest, found: ReplyRequest, token: str) -> HttpResponse:
    if _length(request) > LARGEST:
        return _page(request, "answer/closed.html", {"sentence": _too_long()}, status=413)
    form = AnswerForm(request.POST)
    if not _is_ours(request.POST.get("form", ""), token):
        form.add_error(None, _("This form came from another page. Send it again from here."))
    if not form.is_valid():
        return _form(request, found, token, form, status=422)
    try:
        reply = asking.answer(token=token, words=form.cleaned_data["words"])
    except Unanswerable as problem:
        return _closed(request, token, problem)
    except DomainError as error:
        form.add_error("words", str(error))
        return _form(request, found, token, form, status=422)
    return _thanks(request, found, reply)


def _too_long() -> str:
    limit = asking.LONGEST
    return _("What was sent is too long: at most %(limit)s characters fit. Go back, and shorten it.") % {"limit": limit}


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _form(
    request: HttpRequest, found: ReplyRequest, token: str, form: AnswerForm | None = None, *, status: int = 200
) -> HttpResponse:
    context = {
        "found": found,
        "form": form or AnswerForm(),
        "signed": signing.dumps(asking.digest(token), salt=_SALT),
        "longest": asking.LONGEST,
    }
    return _page(request, "answer/form.html", context, status=status)


def _thanks(request: HttpRequest, found: ReplyRequest, reply: Reply) -> HttpResponse:
    return _page(request, "answer/thanks.html", {"found": found, "reply": reply})


def _closed(request: HttpRequest, token: str, problem: Unanswerable) -> HttpResponse:
    """Says why; whoever sends the same words twice is thanked twice."""
    found = asking.request_of(token)
    with translation.override(_language(found) if found else translation.get_language_from_request(request)):
        if found is not None and problem.code == "used" and request.method == "POST" and _length(request) <= LARGEST:
            sent = asking.sent_before(found, request.POST.get("words", ""))
            if sent is not None:
                return _thanks(request, found, sent)
        sentence = asking.why_closed(problem.code)
        return _page(request, "answer/closed.html", {"sentence": sentence}, status=STATUS[problem.code])


def _is_ours(signed: str, token: str) -> bool:
    try:
        return bool(signing.loads(signed, salt=_SALT) == asking.digest(token))
    except signing.BadSignature:
        return False


def _language(found: ReplyRequest) -> str:
    """The request's language where the site has it, else the site's first."""
    wanted = found.language.partition("-")[0]
    return wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    response = render(request, template, context, status=status)
    for name, value in {**HEADERS, "Content-Language": translation.get_language() or ""}.items():
        response[name] = value
    return response
