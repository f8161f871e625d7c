"""Draws pages as scanners and telephones make them: small, so that the tests that read them stay short."""

import io

from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

_FONT = "DejaVuSans.ttf"  # Pillow ships it under another name; Debian's fonts-dejavu-core has it


def page(*lines: str, size: tuple[int, int] = (1240, 500)) -> Image.Image:
    """Return a picture of some lines at 150 points per inch, black on white."""
    image = Image.new("L", size, 255)
    drawing = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        drawing.text((60, 50 + 50 * number), line, font=_font(28), fill=0)
    return image


def _font(size: int) -> "ImageFont.FreeTypeFont | ImageFont.ImageFont":
    try:
        return ImageFont.truetype(_FONT, size)
    except OSError:
        return ImageFont.load_default(size)


def saved(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """Return a picture's bytes."""
    made = io.BytesIO()
    image.save(made, kind, **options)
    return made.getvalue()


def tiff(*pages: Image.Image) -> bytes:
    """Return a TIFF of some pages."""
    return saved(pages[0], "TIFF", save_all=True, append_images=list(pages[1:]), compression="tiff_lzw", dpi=(150, 150))


def pdf(*pages: "Image.Image | str") -> bytes:
    """Return a PDF whose pages are pictures, or lines of text."""
    made = io.BytesIO()
    drawing = canvas.Canvas(made, pagesize=(595, 842))
    for one in pages:
        if isinstance(one, str):
            drawing.drawString(40, 800, one)
        else:
            height = 595 * one.height / one.width
            drawing.drawImage(ImageReader(io.BytesIO(saved(one))), 0, 842 - height, 595, height)
        drawing.showPage()
    drawing.save()
    return made.getvalue()


def sixteen_bits(image: Image.Image) -> Image.Image:
    """Return a grey picture as some scanners store it, in 65,536 shades."""
    return image.convert("I").point(lambda shade: shade * 257).convert("I;16")


def photo(image: Image.Image, tags: dict[int, object], gps: dict[int, object] | None = None) -> bytes:
    """Return a JPEG whose EXIF holds some tags, and a position."""
    exif = Image.Exif()
    exif.update(tags)
    if gps:
        exif[0x8825] = gps
    return saved(image, "JPEG", exif=exif)


def pdf_with(text: str, picture: bytes) -> bytes:
    """Return a PDF of one page: a text, and a picture under it."""
    made = io.BytesIO()
    drawing = canvas.Canvas(made, pagesize=(595, 842))
    drawing.drawString(40, 800, text)
    drawing.drawImage(ImageReader(io.BytesIO(picture)), 40, 600, 500, 100)
    drawing.save()
    return made.getvalue()
