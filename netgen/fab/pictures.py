"""Pictures as PNG files, the same bytes for the same pixels."""

import io

from PIL import Image

_AROUND = 16


def png(image: Image.Image) -> bytes:
    """A picture as a PNG without a time."""
    content = io.BytesIO()
    image.save(content, "PNG", optimize=True)
    return content.getvalue()


def trimmed(content: bytes) -> bytes:
    """A render on white, cut to what it shows: KiCad leaves much room around small boards."""
    image = Image.open(io.BytesIO(content)).convert("RGBA")
    box = image.getchannel("A").getbbox() or (0, 0, *image.size)
    left, top, right, bottom = box
    whole = Image.new("RGBA", image.size, "white")
    whole.alpha_composite(image)
    around = (
        max(left - _AROUND, 0), max(top - _AROUND, 0),
        min(right + _AROUND, image.width), min(bottom + _AROUND, image.height),
    )  # fmt: skip
    return png(whole.crop(around).convert("RGB"))
