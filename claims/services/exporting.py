"""The ledger as JSON lines, with all that its hashes were made of: whoever has them can prove the chain by themselves.

A line is one entry: ``text``, the exact canonical text that ``hash`` is the SHA-256 of; ``previous``, the hash of the
entry before it in its chain; ``change``, the side row with its ``salt`` and ``text``, or null where an order
emptied it. How to verify them is in ``docs/ledger.md``.
"""

import json
from collections.abc import Iterator

from claims.models import Claim, LedgerEntry

SCHEMA_OF_LINES = ("text", "hash", "previous", "change")


def lines(claim: Claim | None = None) -> Iterator[str]:
    """Every entry in the order of writing, or those of one claim; read and given one by one, each with its line end.

    They are ASCII, so that neither a terminal nor a mail program changes a letter of what was hashed.
    """
    entries = LedgerEntry.objects.order_by("pk") if claim is None else claim.ledger.order_by("sequence")
    columns = entries.values_list("text", "hash", "previous_hash", "change__salt", "change__text")
    for text, digest, previous, salt, change in columns.iterator(chunk_size=100):
        told = {"salt": salt, "text": change} if change else None
        yield json.dumps(dict(zip(SCHEMA_OF_LINES, (text, digest, previous, told), strict=True))) + "\n"
