"""Where a picture ends by its own structure; none that is damaged or cut short has an end.

Only the structure is walked, nothing is decoded, so a picture that would unpack to gigabytes costs no more than its
bytes. PNG: https://www.w3.org/TR/png-3/; JPEG: ITU-T T.81, appendix B; GIF: the GIF89a specification; WebP: RFC 9649.
"""

import re
from zlib import crc32

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"


def is_png(raw: bytes) -> bool:
    return raw.startswith(_PNG)


def is_jpeg(raw: bytes) -> bool:
    return raw.startswith(_JPEG)


def is_gif(raw: bytes) -> bool:
    return raw.startswith((b"GIF87a", b"GIF89a"))


def is_webp(raw: bytes) -> bool:
    return raw.startswith(b"RIFF") and raw[8:12] == b"WEBP"


def png_end(raw: bytes) -> int | None:
    """The place behind the last chunk of a PNG; None unless every chunk up to there has its right sum."""
    at, pixels = len(_PNG), False
    while (length := _number(raw, at)) is not None:
        end = at + 12 + length
        name = raw[at + 4 : at + 8]
        if end > len(raw) or crc32(memoryview(raw)[at + 4 : end - 4]) != _number(raw, end - 4):
            return None
        if at == len(_PNG) and (name, length) != (b"IHDR", 13):
            return None
        pixels = pixels or name == b"IDAT"
        if name == b"IEND":
            return end if pixels else None
        at = end
    return None


def _number(raw: bytes, at: int) -> int | None:
    """Four bytes, the highest first."""
    return int.from_bytes(raw[at : at + 4]) if at + 4 <= len(raw) else None


_NEXT_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset((0x01, *range(0xD0, 0xD8)))
_END, _SCAN = 0xD9, 0xDA


def jpeg_end(raw: bytes) -> int | None:
    """The place behind a JPEG's end marker; None unless a frame and its pixels come before it."""
    at, frame, scan = 2, False, False
    while at + 2 <= len(raw) and raw[at] == 0xFF:
        marker = raw[at + 1]
        if marker == _END:
            return at + 2 if frame and scan else None
        if marker == 0xFF or marker in _ALONE:  # a byte that fills up, or a marker without a segment
            at += 1 if marker == 0xFF else 2
            continue
        length = int.from_bytes(raw[at + 2 : at + 4])
        if length < 2:
            return None
        at += 2 + length
        frame = frame or marker in _FRAMES
        if marker == _SCAN:
            scan = True
            found = _NEXT_MARKER.search(raw, at)
            if found is None:
                return None
            at = found.start()
    return None


_IMAGE, _EXTENSION, _TRAILER = 0x2C, 0x21, 0x3B


def gif_end(raw: bytes) -> int | None:
    """The place behind a GIF's trailer; None unless whole blocks with at least one picture come before it."""
    if len(raw) < 13:
        return None
    at, picture = 13 + _table(raw[10]), False
    while at < len(raw):
        block = raw[at]
        if block == _TRAILER:
            return at + 1 if picture else None
        if block == _IMAGE and at + 10 < len(raw):
            at = _behind_blocks(raw, at + 11 + _table(raw[at + 9]))
            picture = True
        elif block == _EXTENSION:
            at = _behind_blocks(raw, at + 2)
        else:
            return None
    return None


def _table(flags: int) -> int:
    """How many bytes the table of colours has that the flags announce."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _behind_blocks(raw: bytes, at: int) -> int:
    """The place behind a run of sub-blocks, each behind its length; behind all bytes where the run does not end."""
    while at < len(raw):
        if not raw[at]:
            return at + 1
        at += 1 + raw[at]
    return len(raw)


def webp_end(raw: bytes) -> int | None:
    """The place behind a WebP's last chunk; None unless its chunks fill the length that it states."""
    end = 8 + int.from_bytes(raw[4:8], "little")
    if end > len(raw) or raw[12:16] not in (b"VP8 ", b"VP8L", b"VP8X"):
        return None
    at, pixels = 12, False
    while at + 8 <= end:
        pixels = pixels or raw[at : at + 4] in (b"VP8 ", b"VP8L", b"ANMF")
        length = int.from_bytes(raw[at + 4 : at + 8], "little")
        at += 8 + length + length % 2
    return end if pixels and at in (end, end + 1) else None
