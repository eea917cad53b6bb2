"""Where words that somebody marked on a page stand in the text that the page was made of."""

import pytest

from claims.language import passages

TEXT = (
    "# What the register says\n\nThe register [@R1] says **9**, the [bank](https://bank.example/a_b) [@B1] 8.\n\n"
    "- One thing [@R1]\n- *Another* thing\n\n1. First of all"
)


# What a page shows, and the stretch of the text that it is.
@pytest.mark.parametrize(
    ("passage", "expected"),
    [
        ("What the register", "What the register"),
        ("register says 9, the bank", "register [@R1] says **9**, the [bank"),
        ("register [1] says 9", "register [@R1] says **9"),
        ("the bank 8.", "the [bank](https://bank.example/a_b) [@B1] 8."),
        ("One thing\nAnother thing", "One thing [@R1]\n- *Another* thing"),
        ("says\n\nThe   register", "says\n\nThe register"),
        ("First of all", "First of all"),
        ("  The register [@R1] says ", "The register [@R1] says"),
        ("- One thing", "- One thing"),
    ],
)
def test_what_a_page_shows_is_found_as_it_is_written(passage: str, expected: str) -> None:
    assert passages.find(TEXT, passage) == expected


@pytest.mark.parametrize("passage", ["", "  ", "[1]", "The register says 10", "THE register", "bank [B1]"])
def test_what_is_not_to_be_read_there_is_not_found(passage: str) -> None:
    assert passages.find(TEXT, passage) == ""


def test_a_number_at_a_lines_start_is_found_where_it_is_no_list() -> None:
    assert passages.find("It rose by\n9. That is all.", "rose by 9. That is") == "rose by\n9. That is"


@pytest.mark.parametrize("text", ["", "[@R1]", "\n", "**"])
def test_a_text_without_words_holds_nothing(text: str) -> None:
    assert passages.find(text, "words") == ""
