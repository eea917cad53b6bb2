"""A text as its words alone: single spaces, no soft hyphens, and the way back to the positions it had."""

import re
from bisect import bisect_right

BLANK = (
    " \t\n\r\v\f\x1c\x1d\x1e\x1f\x85\xa0\u00ad\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""What says nothing: all white space, and the soft hyphen."""

_RUN = re.compile(r"\u00ad[\s\u00ad]*|[^\S ][\s\u00ad]*| [\s\u00ad]+")
_LINE_BREAK = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_FOLDED = str.maketrans(dict.fromkeys("“”„‟«»‹›", '"') | dict.fromkeys("’‘‚‛`´", "'") | dict.fromkeys("‐‑‒–—−", "-"))


class View:
    """``text`` is the raw text with every run of white space as one space and without soft hyphens.

    ``folded`` is as long and has one kind of quotation marks, apostrophes and dashes. ``breaks`` are the spaces that
    were line breaks. ``opens`` and ``closes`` say that the text begins and ends where the work does, and is no cutting
    of it; white space at such an end is left out.
    """

    def __init__(self, raw: str, *, opens: bool = False, closes: bool = False) -> None:
        self.opens, self.closes = opens, closes
        first = len(raw) - len(raw.lstrip(BLANK)) if opens else 0
        last = max(first, len(raw.rstrip(BLANK)) if closes else len(raw))
        self._raw, self._own = [first], [0]
        self.breaks: set[int] = set()
        pieces: list[str] = []
        at, length = first, 0
        for run in _RUN.finditer(raw, first, last):
            pieces.append(raw[at : run.start()])
            length += run.start() - at
            at = run.end()
            if white := run[0].replace("\u00ad", ""):
                if _LINE_BREAK.search(white):
                    self.breaks.add(length)
                self._raw.append(run.start())
                self._own.append(length)
                pieces.append(" ")
                length += 1
            self._raw.append(at)
            self._own.append(length)
        pieces.append(raw[at:last])
        self.text = "".join(pieces)
        self.folded = self.text.translate(_FOLDED)

    def raw(self, own: int) -> int:
        """Where the character at ``own`` stood."""
        piece = bisect_right(self._own, own) - 1
        return self._raw[piece] + own - self._own[piece]

    def own(self, raw: int) -> int:
        """Where the character that stood at ``raw`` is; for one that was left out, where the next one is."""
        piece = max(0, bisect_right(self._raw, raw) - 1)
        own = max(0, self._own[piece] + raw - self._raw[piece])
        return min(own, self._own[piece + 1] if piece + 1 < len(self._own) else len(self.text))

    def is_sentence_start(self, at: int) -> bool:
        """Whether a sentence begins at ``at``; in doubt it does not."""
        return self.opens if at == 0 else self.text[at - 1] == " " and self._is_gap(at - 1)

    def is_sentence_end(self, at: int) -> bool:
        """Whether a sentence has ended before ``at``; in doubt it has not."""
        return self.closes if at == len(self.text) else self.text[at] == " " and self._is_gap(at)

    def _is_gap(self, at: int) -> bool:
        """Whether the space at ``at`` stands between two sentences."""
        following = self.text[at + 1 : at + 5].lstrip("\"„“«»‘‚'([")
        if following and (following[0].islower() or not following[0].isalnum()):
            return False
        if at == 0:
            return self.opens
        return at in self.breaks or _ends_sentence(self.text[max(0, at - 40) : at])


_STOP = re.compile(r"(?P<before>[^\w\s]?)(?P<word>\w*)(?P<stop>[.!?…؟۔।]+)[\"“”»«’‘')\]]*$")
_SHORT = re.compile(
    r"abs|al|apr|art|aug|bd|bspw|bzw|ca|cf|co|corp|dec|dez|dr|ed|eg|etc|evtl|feb|fig|geb|gen|gest|ggf|gov|hrsg|inc|"
    r"incl|inkl|jan|jr|kap|lt|ltd|max|mio|min|mr|mrd|mrs|ms|nov|nr|oct|okt|op|prof|rep|rev|sen|sep|sept|sog|sr|st|"
    r"str|tel|usw|vgl|vol|vs|zzgl"
)
"""Abbreviations with a point. The list may be short: taking a point for no end of a sentence only asks for more of
the surroundings to be the same."""


def _ends_sentence(words: str) -> bool:
    found = _STOP.search(words)
    if not found:
        return False
    before, word, stop = found["before"], found["word"], found["stop"]
    if stop != ".":
        return True
    if word.isdigit():  # "am 13. März" goes on, "Qwen 2.5." and "im Jahr 2025." do not
        return len(word) > 2 or (before in {".", ","} and words[: found.start()][-1:].isdigit())
    return not word or (before != "." and len(word) > 1 and not _SHORT.fullmatch(word.casefold()))
