"""Where uploaded files lie: a name stands for a whole file or for none."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.files.storage import FileSystemStorage


class WholeFiles(FileSystemStorage):
    """Files in a folder. Each is written beside its place and moved there once it is on the disk.

    A process that is killed while it writes leaves a file that ends in ``.part`` and nothing under the name itself.
    Saving under a name that is taken replaces what is there.
    """

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name

    def _save(self, name: str, content: Any) -> str:
        part = f"{name}.{uuid4().hex}.part"
        try:
            beside = Path(self.path(super()._save(part, content)))
            with beside.open("rb") as written:
                os.fsync(written.fileno())
            beside.replace(self.path(name))
        except OSError:  # a full disk, for one: what is left of the file would keep it full
            self.delete(part)
            raise
        return name
