"""Reading the user's files: whatever is not readable text is refused in one sentence."""

import errno
import stat
from pathlib import Path

from designs.errors import DesignError


def read_text(path: Path, what: str, limit_bytes: int) -> str:
    """The text of a UTF-8 file, without a byte order mark.

    Args:
        path: the file.
        what: what the file is in the user's words, such as "design file".
        limit_bytes: larger files are refused unread.

    Raises:
        DesignError: missing, a folder, a device, unreadable, too large, binary or not UTF-8.
    """
    raw = _read_bytes(path, what, limit_bytes)
    if b"\0" in raw:
        raise DesignError(
            f"{path}: not a text file (byte {raw.index(0)} is zero); "
            f"a {what} is plain text in UTF-8"
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise DesignError(
            f"{path}, line {line}: byte {error.start} (0x{raw[error.start]:02x}) is not UTF-8; "
            f"a {what} is plain text: save it as UTF-8"
        ) from None


def _read_bytes(path: Path, what: str, limit_bytes: int) -> bytes:
    try:
        raw = _first_bytes(path, limit_bytes + 1)
    except FileNotFoundError:
        raise DesignError(f"{path}: no such {what}") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise DesignError(f"{path}: the {what} cannot be read: {reason}") from None
    if len(raw) > limit_bytes:
        raise DesignError(f"{path}: over {limit_bytes / 1e6:g} MB, the most that a {what} may have")
    return raw


def _first_bytes(path: Path, count: int) -> bytes:
    """Reading a device might never end, so only regular files are opened."""
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode):
        kind = "it is a folder" if stat.S_ISDIR(mode) else "it is not a regular file"
        raise OSError(errno.EINVAL, kind)
    with path.open("rb") as file:
        return file.read(count)
