"""Quality figures against sets that lie outside the project: ``python -m tests.evaluation DIR``, or ``make eval``.

One module per set, each with ``measure(folder) -> list[Row]``; ``__main__`` lists them. Nothing of the sets is in here.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: what was measured, its value, and the reference it stands beside (empty: there is none)."""

    name: str
    value: float | str
    reference: float | str = ""
