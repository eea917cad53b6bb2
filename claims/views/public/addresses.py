"""Where public pages stand: one address per page and language."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation


def path(name: str, language: str, *args: Any) -> str:
    """The path of a public page in a language; another language than the site's first stands under its prefix."""
    with translation.override(language):
        return reverse(f"public:{name}", args=args)


def absolute(path: str) -> str:
    """As other sites and machines should know it, whatever host this request came to."""
    return f"{settings.SITE_URL}{path}"


def alternates(name: str, languages: Iterable[str], *args: Any) -> list[Mapping[str, str]]:
    """This page in each language: ``language``, ``url`` (a path) and ``absolute``."""
    paths = {language: path(name, language, *args) for language in languages}
    return [{"language": language, "url": url, "absolute": absolute(url)} for language, url in paths.items()]
