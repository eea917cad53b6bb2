"""The reader's page as a script would read it: its blocks, pieces and lists, taken from the HTML itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.http import HttpResponse


@dataclass
class Piece:
    tag: str
    attributes: dict[str, str]
    text: str = ""

    @property
    def classes(self) -> list[str]:
        return self.attributes["class"].split()


@dataclass
class Block:
    tag: str
    attributes: dict[str, str]
    pieces: list[Piece] = field(default_factory=list)
    passages: list[str] = field(default_factory=list)

    @property
    def span(self) -> tuple[int, int]:
        return int(self.attributes["data-start"]), int(self.attributes["data-end"])

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


class ReaderPage(HTMLParser):
    """``stray``: whatever stands in the text beside its pieces."""

    def __init__(self, answer: HttpResponse) -> None:
        super().__init__()
        assert answer.status_code == 200
        self.root: dict[str, str] = {}
        self.blocks: list[Block] = []
        self.stray: list[str] = []
        self.claims: list[dict[str, str]] = []
        self.sentences: list[dict[str, str]] = []
        self.chips: dict[str, str] = {}
        self._chip: str | None = None
        self._in_text = False
        self._piece: Piece | None = None
        self.feed(answer.content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "data-reader" in given:
            self.root = given
        elif given.get("id") == "reader-text":
            self._in_text = True
        elif "data-claim" in given:
            self.claims.append(given)
        elif given.get("class") == "sentence":
            self.sentences.append(given)
        elif given.get("class", "").startswith("chip") and tag == "a":
            self._chip = given["data-stage"]
        elif self._in_text and "block" in given.get("class", "").split():
            self.blocks.append(Block(tag, given))
        elif self._in_text and "piece" in given.get("class", "").split():
            self._piece = Piece(tag, given)
            self.blocks[-1].pieces.append(self._piece)
        elif self._in_text and tag == "span":
            self.blocks[-1].passages.append(given["id"])

    def handle_data(self, data: str) -> None:
        if self._chip is not None and data.strip().isdigit():
            self.chips[self._chip] = data.strip()
            self._chip = None
        if self._piece is not None:
            self._piece.text += data
        elif self._in_text:
            self.stray.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "div":
            self._in_text = False
        if tag in ("mark", "span"):
            self._piece = None

    @property
    def pieces(self) -> list[Piece]:
        return [piece for block in self.blocks for piece in block.pieces]

    def marks(self, claim: int) -> list[Piece]:
        """The pieces in which a claim stands."""
        return [piece for piece in self.pieces if str(claim) in piece.attributes.get("data-claims", "").split()]
