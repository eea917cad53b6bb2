"""Names as they are compared: what may be the same is suggested, and a person decides."""

from __future__ import annotations

import pytest

from claims.language.names import bare


# Case, dots, commas, doubled blanks and a legal form at the end make no other name; anything else does.
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("OpenAI", "openai"),
        ("  Open   AI ", "open ai"),
        ("OpenAI, Inc.", "openai"),
        ("Anthropic PBC", "anthropic"),
        ("Anthropic, P.B.C.", "anthropic"),
        ("Mieterbund e. V.", "mieterbund"),
        ("Mieterbund e.V.", "mieterbund"),
        ("Muster GmbH & Co. KG", "muster"),
        ("Muster GmbH und Co KGaA", "muster"),
        ("STRAẞE AG", "strasse"),
        ("Ｂａｉｄｕ", "baidu"),
        ("AG Kino", "ag kino"),
        ("Co", "co"),
        ("GmbH & Co. KG", "gmbh & co kg"),
        ("U.S. Senate", "us senate"),
        ("J. R. Smith", "jr smith"),
        ("百度", "百度"),
        ("", ""),
    ],
)
def test_a_name_is_bared(name: str, expected: str) -> None:
    assert bare(name) == expected
