"""The zip that is uploaded: flat, sorted, without a clock."""

import io
import zipfile
from collections.abc import Mapping

_EPOCH = (2000, 1, 1, 0, 0, 0)
_PLAIN_FILE = 0o644 << 16
_UNIX = 3


def flat_zip(files: Mapping[str, bytes]) -> bytes:
    """A zip of files in no folder; the same files give the same bytes."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = _PLAIN_FILE
            entry.create_system = _UNIX
            archive.writestr(entry, files[name])
    return content.getvalue()
