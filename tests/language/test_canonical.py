"""The text that hashes are made of: the same value gives the same bytes, on every machine and for ever."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.errors import DomainError, NotCanonical
from claims.language import canonical
from claims.vocabulary import Status

# Golden vectors: value, canonical text, SHA-256 of the text. None may ever change; a new kind of value adds a line.
GOLDEN = [
    (None, "null", "74234e98afe7498fb5daf1f36ac2d78acc339464f950703b8c019892f982b90b"),
    ({}, "{}", "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"),
    ([], "[]", "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"),
    ("", '""', "12ae32cb1ec02d01eda3581b127c1fee3b0dc53572ed6baf239721a03d82e126"),
    (True, "true", "b5bea41b6c623f7c09f1bf24dcae58ebab3c0cdd90ad966bc43a45b44867e12b"),
    (-7, "-7", "a770d3270c9dcdedf12ed9fd70444f7c8a95c26cae3cae9bd867499090a2f14b"),
    (
        {"b": 1, "a": [True, False, None]},
        '{"a":[true,false,null],"b":1}',
        "087e44ed138472a81a4a0f8ae84e8f358d0d957d27f51123952aa88c007b1f9f",
    ),
    (
        {"é": "Größe", "z": "„so“", "Z": '\n\t"\\/'},
        '{"Z":"\\n\\t\\"\\\\/","z":"„so“","é":"Größe"}',
        "8cc8e3ee6d69277efd5ff60ef353880a53a4870ef1920c46f2af9e7b020177f4",
    ),
    (
        {"amount": Decimal("2.50"), "at": datetime(2025, 3, 19, 8, 30, tzinfo=UTC), "on": date(2025, 3, 19)},
        '{"amount":"2.5","at":"2025-03-19T08:30:00.000000Z","on":"2025-03-19"}',
        "244afde27031bbc2f0c7b7902a096b8a36a80bf94c845590f2d8d6ce08a29327",
    ),
    (
        {"id": UUID("00000000-0000-4000-8000-000000000001"), "status": Status.INBOX, "many": ("a", "b")},
        '{"id":"00000000-0000-4000-8000-000000000001","many":["a","b"],"status":"inbox"}',
        "3882e26942b6e25e269d89e79b2bd501614a992bb8935901741c3b756fc13883",
    ),
    (
        "😀\u2028\x7f\x1f",
        '"😀\u2028\x7f\\u001f"',
        "422de030c2d5a18582160aa9a252fa26d4b37522dfb1aba4d62ffcb9e91ad6e3",
    ),
]


@pytest.mark.parametrize(("value", "text", "digest"), GOLDEN)
def test_golden_vector_holds(value: Any, text: str, digest: str) -> None:
    assert canonical.text(value) == text
    assert canonical.digest(text) == digest
    assert hashlib.sha256(text.encode()).hexdigest() == digest


def test_commitment_is_the_digest_of_salt_line_feed_text() -> None:
    salt = "00112233445566778899aabbccddeeff"

    assert canonical.commitment(salt, '{"a":1}') == "34355d57822e54677fd596912eba6e2a77de49d8c45aa4dda356cb74b3a7d700"


def test_salt_is_new_each_time_and_fits_its_column() -> None:
    salts = {canonical.new_salt() for _ in range(50)}

    assert len(salts) == 50
    assert {len(salt) for salt in salts} == {32}


# Keys stand in the order of their code points, not of UTF-16 and not of any language.
def test_keys_are_sorted_by_code_point() -> None:
    assert list(json.loads(canonical.text({"😀": 1, "\uff61": 2, "ä": 3, "a": 4, "Z": 5}))) == [
        "Z",
        "a",
        "ä",
        "\uff61",
        "😀",
    ]


# A number is written in the shortest plain way: no exponent, no sign of zero, no zero that says nothing.
@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("0", "0"),
        ("-0.0", "0"),
        ("0E+3", "0"),
        ("0E-10", "0"),
        ("1E+3", "1000"),
        ("100", "100"),
        ("2.50", "2.5"),
        ("-1.500", "-1.5"),
        ("1E-7", "0.0000001"),
        ("123456789012345678901234567890.10", "123456789012345678901234567890.1"),
    ],
)
def test_decimal_is_written_in_the_shortest_plain_way(number: str, text: str) -> None:
    assert canonical.decimal(Decimal(number)) == text


# A time is told in UTC with microseconds and Z, wherever it was taken.
@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2025, 3, 19, 8, 30, tzinfo=UTC), "2025-03-19T08:30:00.000000Z"),
        (datetime(2025, 3, 19, 9, 30, 0, 7, tzinfo=timezone(timedelta(hours=1))), "2025-03-19T08:30:00.000007Z"),
        (datetime(2025, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=1))), "2024-12-31T23:30:00.000000Z"),
        (datetime(33, 1, 2, tzinfo=UTC), "0033-01-02T00:00:00.000000Z"),
    ],
)
def test_time_is_told_in_utc(moment: datetime, text: str) -> None:
    assert canonical.moment(moment) == text


# What has no exact text, or none that every database and reader can hold, is refused with a sentence.
@pytest.mark.parametrize(
    "value",
    [
        1.5,
        float("nan"),
        Decimal("NaN"),
        Decimal("Infinity"),
        datetime(2025, 3, 19),  # noqa: DTZ001 - without a time zone, that is the point
        "a\x00b",
        "half \ud83d",
        {"key\x00": 1},
        {1: "a key that is no text"},
        {"e\u0301": 1, "\u00e9": 2},
        b"bytes",
        {1, 2},
        object(),
        [[["deep", 0.1]]],
    ],
)
def test_what_has_no_canonical_text_is_refused_with_a_sentence(value: Any) -> None:
    with pytest.raises(NotCanonical) as refusal:
        canonical.text(value)

    assert str(refusal.value).endswith(".")
    assert isinstance(refusal.value, DomainError)


def test_text_is_composed() -> None:
    assert canonical.clean("Gro\u0308ße") == "Größe"
    assert canonical.text(["e\u0301"]) == canonical.text(["\u00e9"])


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**12), max_value=10**12)
SCALARS = st.none() | st.booleans() | st.integers() | TEXTS | DECIMALS | st.dates() | st.uuids()
KEYS = TEXTS.map(canonical.clean)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=15
)


@given(VALUES)
def test_canonical_text_is_json_and_its_own_canonical_text(value: Any) -> None:
    text = canonical.text(value)

    assert json.loads(text) == canonical.plain(value)
    assert canonical.text(json.loads(text)) == text


@given(VALUES)
def test_canonical_text_is_composed_and_without_white_space_between(value: Any) -> None:
    text = canonical.text(value)

    assert unicodedata.normalize("NFC", text) == text
    assert text.encode()
    assert text == json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@given(st.dictionaries(KEYS, SCALARS, max_size=6))
def test_order_of_keys_does_not_matter(mapping: dict[str, Any]) -> None:
    backwards = dict(reversed(list(mapping.items())))

    assert canonical.text(backwards) == canonical.text(mapping)


@given(DECIMALS)
def test_decimal_keeps_its_value_and_one_writing(number: Decimal) -> None:
    text = canonical.decimal(number)

    assert Decimal(text) == number
    assert canonical.decimal(Decimal(text)) == text
    assert canonical.decimal(number * Decimal("1.000")) == text
    assert "E" not in text
    assert text == "0" or not (text.endswith("0") and "." in text)


@given(st.datetimes(min_value=datetime(1, 1, 3), max_value=datetime(9999, 12, 29)), st.integers(-14 * 60, 14 * 60))  # noqa: DTZ001
def test_same_instant_has_one_writing(naive: datetime, minutes: int) -> None:
    instant = naive.replace(tzinfo=UTC)
    elsewhere = instant.astimezone(timezone(timedelta(minutes=minutes)))

    assert canonical.moment(elsewhere) == canonical.moment(instant)
    assert datetime.fromisoformat(canonical.moment(instant)) == instant


@given(TEXTS)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert canonical.clean(canonical.clean(text)) == canonical.clean(text)
