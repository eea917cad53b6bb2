"""The one renderer: safe HTML out of a desk's Markdown and out of foreign text.

Nothing else in the project turns text into HTML. Raw HTML is never passed on, images become their words, links
lead to http, https or mailto only, and an allow-list (nh3) goes over the result once more, so that a gap in
either of the two is closed by the other.

Switched off beyond that, because each would let a citation marker vanish: code (its content is not read for
markers) and reference definitions (``[@KEY]: …`` would be swallowed whole).
"""

import re
from collections.abc import Mapping, MutableMapping, Sequence
from html import escape
from typing import Any
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from claims.language.citations import MARKER, find

LINK_SCHEMES = frozenset({"http", "https", "mailto"})
LINK_REL = "nofollow noopener"

_TAGS = {"p", "br", "hr", "h3", "h4", "em", "strong", "ul", "ol", "li", "blockquote", "a", "sup", "span"}
_ATTRIBUTES = {"a": {"href", "id", "class", "title"}, "sup": {"class"}, "span": {"class"}, "ol": {"start"}}
_CLASSES = {"citation", "citation-unknown"}

#: Headings of a rationale stand below the page's own h1 and h2, whatever level an author typed.
_HEADINGS = {"h1": "h3", "h2": "h3", "h3": "h4", "h4": "h4", "h5": "h4", "h6": "h4"}

_FRAGMENT = re.compile(r"#evidence-[A-Za-z0-9][A-Za-z0-9_-]*")
_ANCHOR = re.compile(r"cite-[A-Za-z0-9][A-Za-z0-9_-]*")


def render(markdown: str, numbers: Mapping[str, int]) -> str:
    """Safe HTML of a rationale.

    ``numbers`` gives each evidence key its number; ``[@KEY]`` becomes ``[n]``, a link to ``#evidence-KEY``. The
    first citation of a key carries the id ``cite-KEY``, so that the evidence can lead back. A key that is not in
    ``numbers`` stays as it was typed, marked as unknown.
    """
    environment: MutableMapping[str, Any] = {"numbers": dict(numbers), "seen": set()}
    return _clean(_PARSER.render(markdown, environment))


def plain(text: str) -> str:
    """Safe HTML of foreign text: nothing in it is markup; an empty line parts paragraphs, a line break stays."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not lines:
        return ""
    paragraphs = re.split(r"\n\s*\n", lines)
    return _clean("".join(f"<p>{'<br>'.join(escape(line) for line in part.splitlines())}</p>" for part in paragraphs))


def citation_order(markdown: str) -> list[str]:
    """The cited keys, each once, in the order in which readers meet them: position + 1 is the number shown."""
    return list(dict.fromkeys(marker.key for marker in find(markdown)))


def _is_allowed_link(url: str) -> bool:
    """Whether a link's scheme is on the list. Relative addresses are not: a rationale is read in many places."""
    try:
        return urlsplit(url.strip()).scheme.lower() in LINK_SCHEMES
    except ValueError:
        return False


def _read_citation(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the library's signature
    """Inline rule: takes ``[@KEY]`` before the rule for links can."""
    match = MARKER.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        token = state.push("citation", "", 0)
        token.content = match[1]
    state.pos = match.end()
    return True


class _Renderer(RendererHTML):
    """HTML of the tokens that differ from the library's own."""

    def citation(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: MutableMapping[str, Any]) -> str:
        key = tokens[index].content
        number = env["numbers"].get(key)
        if number is None:
            return f'<span class="citation-unknown">[@{escape(key)}]</span>'
        anchor = "" if key in env["seen"] else f' id="cite-{key}"'
        env["seen"].add(key)
        return f'<sup class="citation"><a href="#evidence-{key}"{anchor}>[{number}]</a></sup>'

    def image(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: MutableMapping[str, Any]) -> str:
        return self.renderInline(tokens[index].children or [], options, env)

    def heading_open(
        self, tokens: Sequence[Token], index: int, options: OptionsDict, env: MutableMapping[str, Any]
    ) -> str:
        return f"<{_HEADINGS[tokens[index].tag]}>"

    def heading_close(
        self, tokens: Sequence[Token], index: int, options: OptionsDict, env: MutableMapping[str, Any]
    ) -> str:
        return f"</{_HEADINGS[tokens[index].tag]}>\n"


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False}, renderer_cls=_Renderer)
    parser.disable(["html_block", "html_inline", "code", "fence", "backticks", "reference"])
    parser.inline.ruler.before("link", "citation", _read_citation)
    parser.validateLink = _is_allowed_link  # type: ignore[method-assign]
    return parser


def _keep_attribute(tag: str, name: str, value: str) -> str | None:
    if (tag, name) == ("a", "href"):
        return value if _FRAGMENT.fullmatch(value) or _is_allowed_link(value) else None
    if name == "id":
        return value if _ANCHOR.fullmatch(value) else None
    if name == "class":
        return value if value in _CLASSES else None
    return value


def _clean(html: str) -> str:
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_keep_attribute,
        url_schemes=set(LINK_SCHEMES),
        link_rel=LINK_REL,
        strip_comments=True,
    )


_PARSER = _parser()
