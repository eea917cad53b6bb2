"""The exact text that hashes are made of.

Canonical text is JSON after RFC 8785 in spirit, stricter in what it takes: keys sorted by code point, no white
space, UTF-8 without escapes that JSON does not require, strings in NFC, no floats, decimals as shortest plain
strings, times as UTC with microseconds and ``Z``. The same value gives the same bytes on every machine, for ever;
golden vectors in the tests hold it to that.
"""

import hashlib
import json
import secrets
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from claims.errors import NotCanonical


def clean(text: str) -> str:
    """Returns ``text`` in NFC; refuses (``NotCanonical``) what no database and no JSON reader can hold."""
    if "\x00" in text:
        raise NotCanonical("The text holds a NUL character, which cannot be stored. Remove it and try again.")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise NotCanonical("The text holds half a character (a lone surrogate). Remove it and try again.") from None
    return unicodedata.normalize("NFC", text)


def decimal(value: Decimal) -> str:
    """The shortest plain writing of a finite number: ``1E+3`` -> ``1000``, ``-0.0`` -> ``0``, ``2.50`` -> ``2.5``."""
    if not value.is_finite():
        raise NotCanonical("A number must be finite.")
    plain = format(value, "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return "0" if plain in ("-0", "") else plain


def moment(value: datetime) -> str:
    """An aware time as ``2025-03-19T08:30:00.000000Z``."""
    if value.tzinfo is None:
        raise NotCanonical("A time must say its time zone.")
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")


def plain(value: Any) -> Any:
    """``value`` as JSON's own types, in canonical form; raises ``NotCanonical`` on anything else."""
    match value:
        case None | bool():
            return value
        case Enum():
            return plain(value.value)
        case str():
            return clean(value)
        case int():
            return value
        case float():
            raise NotCanonical("Floats have no exact text; use Decimal.")
        case Decimal():
            return decimal(value)
        case datetime():
            return moment(value)
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case Mapping():
            return _plain_mapping(value)
        case list() | tuple():
            return [plain(item) for item in value]
        case _:
            raise NotCanonical(f"{type(value).__name__} has no canonical text.")


def _plain_mapping(value: Mapping[Any, Any]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, item in value.items():
        if not isinstance(key, str):
            raise NotCanonical("Keys must be text.")
        name = clean(key)
        if name in result:
            raise NotCanonical(f"The key {name!r} stands there twice.")
        result[name] = plain(item)
    return result


def text(value: Any) -> str:
    """The canonical text of ``value``."""
    return json.dumps(plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(canonical: str) -> str:
    """SHA-256 of the text's UTF-8 bytes, 64 hexadecimal characters."""
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()


def new_salt() -> str:
    """128 random bits, 32 hexadecimal characters."""
    return secrets.token_hex(16)


def commitment(salt: str, canonical: str) -> str:
    """The salted hash that an immutable row keeps of a side row: once the side row is emptied, nobody can guess."""
    return digest(f"{salt}\n{canonical}")
