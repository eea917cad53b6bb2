"""A text as words, numbers and signs, for the modules that read it piece by piece."""

import re

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[¼-¾⅐-⅞]|[^\W\d_]+|[^\w\s]|_")

_LIST = re.compile(r"\d{1,3}(?:,\d{1,3}){2,}")
_GROUPS = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})+,\d{3}")


class Tokens:
    """The tokens of ``text``: runs of letters, digits with points and commas inside, single signs; no white space.

    ``words[i]`` stands from ``starts[i]`` up to ``ends[i]`` (code points); ``lower[i]`` is the same in small letters.
    """

    __slots__ = ("ends", "lower", "starts", "text", "words")

    def __init__(self, text: str) -> None:
        self.text = text
        self.words: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        for match in _TOKEN.finditer(text):
            word = match[0]
            if "," in word and _LIST.fullmatch(word) and not _GROUPS.fullmatch(word):
                self._add_list(word, match.start())
                continue
            self.words.append(word)
            self.starts.append(match.start())
            self.ends.append(match.end())
        self.lower = [word.lower() for word in self.words]

    def _add_list(self, word: str, start: int) -> None:
        """``22,24,31`` is a list of numbers: each becomes a token, the commas too."""
        for part in re.split(r"(,)", word):
            self.words.append(part)
            self.starts.append(start)
            start += len(part)
            self.ends.append(start)

    def __len__(self) -> int:
        return len(self.words)

    def word(self, index: int) -> str:
        """The token, or an empty text beyond either end."""
        return self.words[index] if 0 <= index < len(self.words) else ""

    def small(self, index: int) -> str:
        """The token in small letters, or an empty text beyond either end."""
        return self.lower[index] if 0 <= index < len(self.words) else ""

    def touches(self, index: int) -> bool:
        """Whether the token follows the one before it without white space."""
        return 0 < index < len(self.words) and self.ends[index - 1] == self.starts[index]

    def breaks(self, index: int) -> bool:
        """Whether a line ends between this token and the one before it."""
        return 0 < index < len(self.words) and "\n" in self.text[self.ends[index - 1] : self.starts[index]]
