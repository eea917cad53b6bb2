"""The words round a passage: its paragraph, or as many whole sentences of it as a person takes in at a glance."""

import re

REACH = 420
"""Characters on either side beyond which a paragraph is cut, at the nearest end of a sentence."""

# "18. März" goes on; "2024. Then" does not.
_SENTENCE_END = re.compile(r"(?<!\b\d)(?<!\b\d\d)[.!?…][\"“”»«’)\]]*\s+(?=[\"„“«»‘(\[]?[^\W\d_a-zà-ÿ]|[\"„“«»‘(\[]?\d)")
_GAP = "… "


def around(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and after ``text[start:end]``; an ellipsis says where the paragraph goes on."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    return _before(text[first:start]), _after(text[end : last if last >= 0 else len(text)])


def _before(words: str) -> str:
    if len(words) <= REACH:
        return words
    near = words[-REACH:]
    sentence = _SENTENCE_END.search(near)
    if sentence:
        return _GAP + near[sentence.end() :]
    return _GAP + near.partition(" ")[2]


def _after(words: str) -> str:
    if len(words) <= REACH:
        return words
    near = words[:REACH]
    sentences = list(_SENTENCE_END.finditer(near))
    if sentences:
        return near[: sentences[-1].end()] + _GAP.strip()
    return near.rpartition(" ")[0] + " " + _GAP.strip()
