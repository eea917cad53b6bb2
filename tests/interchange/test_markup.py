"""The one renderer: what an author may write, and what nobody gets through."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.interchange.markup import citation_order, plain, render
from claims.language.citations import find

NUMBERS = {"BA1": 1, "DR4": 2}

REL = 'rel="nofollow noopener"'


def test_a_citation_is_a_numbered_link_to_its_evidence() -> None:
    html = render("So it is [@BA1].", NUMBERS)

    assert html == (
        f'<p>So it is <sup class="citation"><a href="#evidence-BA1" id="cite-BA1" {REL}>[1]</a></sup>.</p>\n'
    )


def test_only_the_first_citation_of_a_key_is_where_the_evidence_leads_back_to() -> None:
    html = render("A [@DR4], B [@DR4].", NUMBERS)

    assert html.count('href="#evidence-DR4"') == 2
    assert html.count('id="cite-DR4"') == 1


def test_an_unknown_key_stays_as_typed_and_is_marked() -> None:
    assert '<span class="citation-unknown">[@NO1]</span>' in render("So [@NO1].", NUMBERS)


# A marker counts wherever the gates find one, so nothing in Markdown may swallow it.
@pytest.mark.parametrize(
    "markdown",
    [
        "[@BA1](https://example.org/)",
        "[@BA1]: https://example.org/",
        "[words [@BA1]](https://example.org/)",
        "![alt [@BA1]](https://example.org/a.png)",
        "`[@BA1]`",
        "```\n[@BA1]\n```",
        "    [@BA1]",
        "**[@BA1]**",
        "> - [@BA1]",
        "# [@BA1]",
        "a[@BA1]b",
    ],
)
def test_no_markdown_swallows_a_marker(markdown: str) -> None:
    assert [marker.key for marker in find(markdown)] == ["BA1"]
    assert 'href="#evidence-BA1"' in render(markdown, NUMBERS)


def test_what_is_no_marker_is_no_link() -> None:
    assert "<a" not in render(r"\[@BA1] and [@] and [@BA1", NUMBERS)


def test_markdown_that_a_rationale_needs() -> None:
    html = render(
        '# One\n\n## Two\n\n### Three\n\n*a* **b**\n\n- c\n\n3. d\n\n> e\n\n[f](https://example.org/ "g")', NUMBERS
    )

    for piece in (
        "<h3>One</h3>",
        "<h3>Two</h3>",
        "<h4>Three</h4>",
        "<em>a</em>",
        "<strong>b</strong>",
        "<li>c</li>",
        '<ol start="3">',
        "<blockquote>",
        f'<a href="https://example.org/" title="g" {REL}>f</a>',
    ):
        assert piece in html


@pytest.mark.parametrize("url", ["https://a.example/", "http://a.example/?b=1&c=2", "mailto:desk@a.example"])
def test_links_lead_to_the_web_and_to_mailboxes(url: str) -> None:
    assert f' href="{url.replace("&", "&amp;")}" {REL}' in render(f"[words]({url})", NUMBERS)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "&#106;avascript:alert(1)",
        "java\tscript:alert(1)",
        "\x01javascript:alert(1)",
        "%6Aavascript:alert(1)",
        "vbscript:x",
        "data:text/html,<script>alert(1)</script>",
        "file:///etc/passwd",
        "ftp://a.example/",
        "//a.example/",
        "/desk/",
        "#evidence-BA1",
        "https//a.example",
        "http://[broken",
    ],
)
def test_links_lead_nowhere_else(url: str) -> None:
    for markdown in (f"[words]({url})", f"[words](<{url}>)", f"<{url}>"):
        assert " href=" not in render(markdown, NUMBERS)


def test_raw_html_is_shown_as_text() -> None:
    html = render("<script>alert(1)</script>\n\n<b onclick=x>b</b> <img src=x onerror=y> <!-- c -->", NUMBERS)

    assert tags(html) <= {"p"}
    assert "&lt;script&gt;" in html


def test_an_image_becomes_its_words() -> None:
    html = render("![a *picture*](https://example.org/a.png)", NUMBERS)

    assert html == "<p>a <em>picture</em></p>\n"


def test_foreign_text_is_never_markup() -> None:
    assert plain("**a** <b>\r\nc & [@BA1]\n \n\n[d](javascript:e)") == (
        "<p>**a** &lt;b&gt;<br>c &amp; [@BA1]</p><p>[d](javascript:e)</p>"
    )


def test_no_foreign_text_is_no_paragraph() -> None:
    assert plain(" \n ") == ""


def test_numbers_come_from_the_order_of_first_citation() -> None:
    assert citation_order("B [@DR4], A [@BA1], B [@DR4]") == ["DR4", "BA1"]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))


def elements(html: str) -> list[tuple[str, dict[str, str | None]]]:
    reader = _Reader()
    reader.feed(html)
    return reader.elements


def tags(html: str) -> set[str]:
    return {tag for tag, _ in elements(html)}


SAFE_TAGS = {
    "p", "br", "hr", "h3", "h4", "em", "strong", "ul", "ol", "li", "blockquote", "a", "sup", "span",
}  # fmt: skip
SAFE_ATTRIBUTES = {"href", "id", "class", "title", "rel", "start"}
PIECES = st.sampled_from(
    [
        *("<script>", "</script>", "<img src=x onerror=y>", "<a href=javascript:x>", "<!--", "-->", " style=x "),
        *("[a](", "](", ")", "![", "javascript:", "https://a.example/", "&#106;", "&lt;", "[@BA1]", "[@NO]"),
        *("\\", "`", "```", "\n", "\n\n", "\t", "> ", "- ", "# ", "*", "_", '"', "'", "<", ">"),
    ]
)


@given(st.lists(PIECES | st.text(max_size=5), max_size=25).map("".join))
def test_nothing_that_runs_comes_out(markdown: str) -> None:
    for html in (render(markdown, NUMBERS), plain(markdown)):
        for tag, attributes in elements(html):
            assert tag in SAFE_TAGS
            assert set(attributes) <= SAFE_ATTRIBUTES
            link = attributes.get("href")
            assert link is None or re.match(r"(https?:|mailto:|#evidence-)", link)
