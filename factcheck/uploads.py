"""What is kept of an upload while it comes in: no more than anybody may hand in."""

from __future__ import annotations

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler


class CutOff(FileUploadHandler):
    """Lets the first bytes of each file through, one chunk beyond the limit, and drops the rest as it comes.

    The file that the form gets is then larger than any that is allowed, so it is refused in words, and neither memory
    nor disk ever held the whole of it. Stands before the handlers that keep files.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        most = max(settings.SNAPSHOT_MAX_BYTES, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)  # a file, or an article's page
        return raw_data if start <= most else None

    def file_complete(self, file_size: int) -> None:
        return None
