"""Words that somebody sent, kept as they came: what is no wording goes, and whether a passage stands in them.

Kinds of line breaks become ``\\n``; what no reader sees goes: soft hyphens, zero-width spaces, marks of byte order, and
overrides of the writing direction, which show other words than those that stand there. Everything else is wording.
"""

import re
import unicodedata

_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff\u202d\u202e\ufff9-\ufffc\ufffe\uffff\ufdd0-\ufdef]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_SPACELESS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
"""Letters of languages that write no spaces between words: Thai, Lao, Burmese, Khmer, Japanese, Chinese."""


def received(text: str) -> str:
    """``text`` in NFC without what is no wording; empty where nothing would be left to read."""
    text = _INVISIBLE.sub("", _BREAKS.sub("\n", text)).strip()
    if all(unicodedata.category(character)[0] in "ZC" for character in text):
        # Control characters are told apart from nothing at all, so that they can be refused by name.
        return text if has_control(text) else ""
    return unicodedata.normalize("NFC", text)


def has_control(text: str) -> bool:
    """Whether a text holds characters that are for machines, NUL and halves of characters among them."""
    return bool(_CONTROL.search(text))


def contains(text: str, passage: str) -> bool:
    """Whether ``passage`` stands in ``text`` word for word, white space apart; no word may be cut at its ends."""
    whole, wanted = _spaced(text), _spaced(passage)
    at = whole.find(wanted) if wanted else -1
    while at >= 0:
        if not (_cuts(whole, at) or _cuts(whole, at + len(wanted))):
            return True
        at = whole.find(wanted, at + 1)
    return False


def _spaced(text: str) -> str:
    return " ".join(received(text).split())


def _cuts(text: str, at: int) -> bool:
    """Whether a word or a number goes on across ``at``."""
    near = text[max(0, at - 1) : at + 1] if at else ""
    return len(near) == 2 and near.isalnum() and not _SPACELESS.search(near)
