"""KiCad's files without the time at which they were plotted: same board, same bytes.

Gerber, drill, STEP, PDF and SVG files carry the time of plotting, and KiCad has no option to leave
it out. It is replaced by a fixed one, in place and of the same length, so that the offsets inside a
PDF stay right. Nothing else of a file changes.
"""

import re
from collections.abc import Mapping
from pathlib import PurePath

from netgen.errors import ToolError

STAMP = "2000-01-01T00:00:00"
"""The time that every file carries instead."""


_LINES: Mapping[str, tuple[bytes, ...]] = {
    "gerber": (
        rb"%TF\.CreationDate,[^*]*\*%",
        rb"G04 #@! TF\.CreationDate,[^*]*\*",
        rb"G04 Created by KiCad[^*]*\*",
    ),
    "drl": (rb"; DRILL file [^\n]*", rb"; #@! TF\.CreationDate,[^\n]*"),
    "step": (rb"FILE_NAME\([^)]*\)",),
    # KiCad 9 packs the digits, as the format asks; KiCad 10 has colons between them.
    "pdf": (rb"/CreationDate \(D:\d{14}\)", rb"/CreationDate \(D:\d{4}(?::\d\d){5}\)"),
    "svg": (rb"<title>[^<]*</title>",),
}
"""Lines that hold the time, by the kind of file."""


def without_clock(name: str, content: bytes) -> bytes:
    """A file of KiCad with the fixed time.

    Args:
        name: its ending tells the kind of file; what is neither of these is left alone.
        content: as KiCad wrote it.

    Raises:
        ToolError: no time where KiCad is known to write one; another version may have moved it,
            and a second run would then give other bytes.
    """
    ending = PurePath(name).suffix.removeprefix(".")
    kind = "gerber" if ending.startswith("g") else ending
    if kind not in _LINES:
        return content
    found = 0
    for pattern in _LINES[kind]:
        content, count = re.subn(pattern, _fixed, content)
        found += count
    if not found:
        raise ToolError(
            f"{name}: KiCad wrote no time where it is known to; this version of KiCad is not "
            "supported, install KiCad 9 or 10"
        )
    return content


def _fixed(line: "re.Match[bytes]") -> bytes:
    """The line with the digits of its date and time replaced."""
    stamp = re.sub(r"\D", "", STAMP).encode()
    text = line[0]
    packed = re.sub(rb"(?<=D:)\d{14}", stamp, text)
    packed = re.sub(rb"(?<=D:)\d{4}(:\d\d){5}", b"2000:01:01:00:00:00", packed)
    if packed != text:
        return packed
    date = stamp[:4] + rb"\g<1>" + stamp[4:6] + rb"\g<1>" + stamp[6:8]
    text = re.sub(rb"\d{4}([-/])\d{2}\1\d{2}(?=[T ])", date, text)
    return re.sub(rb"(?<=[T ])\d{2}:\d{2}:\d{2}", b"00:00:00", text)
