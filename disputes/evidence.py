"""Evidence as files: what may come in, and how it is made harmless before it is kept.

A photo is written anew from its pixels, so that nothing else that was in the file survives; a PDF is known by its
first bytes. Names, types and sizes that a browser claims are not believed.
"""

import warnings
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from pathlib import PurePath

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from common.errors import Refusal
from disputes.cases import Case
from disputes.models import Evidence

LARGEST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 50_000_000
LONGEST_SIDE_PIXELS = 4_096
LONGEST_NAME = 100
JPEG_QUALITY = 88

FORMATS = ("JPEG", "PNG", "WEBP")
CONTENT_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "PDF": "application/pdf"}
SUFFIXES = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp", "PDF": ".pdf"}
PDF_MAGIC = b"%PDF-"
PDF_END = b"%%EOF"
PDF_END_WITHIN_BYTES = 1_024


class FileTooLarge(Refusal):
    """`most` in megabytes."""

    code = "file_too_large"
    message = _("The file is too large: at most %(most)s MB.")
    field = "file"
    http_status = HTTPStatus.BAD_REQUEST


class UnknownFileType(Refusal):
    code = "unknown_file_type"
    message = _("Give a photo (JPEG, PNG, WebP) or a PDF. This file is none of them, or damaged.")
    field = "file"
    http_status = HTTPStatus.BAD_REQUEST


class PictureTooLarge(Refusal):
    """`most` in millions of pixels."""

    code = "picture_too_large"
    message = _("The picture is too large: at most %(most)s million pixels.")
    field = "file"
    http_status = HTTPStatus.BAD_REQUEST


@dataclass(frozen=True, slots=True)
class CleanFile:
    """A file that may be kept and shown."""

    name: str
    content_type: str
    content: bytes

    def as_file(self) -> "ContentFile[bytes]":
        """The content under a name that says nothing but the type; the person's own name is kept beside it."""
        return ContentFile(self.content, name=f"evidence{PurePath(self.name).suffix}")


def clean(file: UploadedFile) -> CleanFile:
    """The upload as a file that is safe to keep. Raises FileTooLarge, UnknownFileType, PictureTooLarge."""
    if (file.size or 0) > LARGEST_BYTES:
        raise FileTooLarge(most=LARGEST_BYTES // 1024 // 1024)
    content = file.read(LARGEST_BYTES + 1)
    if len(content) > LARGEST_BYTES:
        raise FileTooLarge(most=LARGEST_BYTES // 1024 // 1024)
    if content.startswith(PDF_MAGIC):
        kind, content = "PDF", _whole_pdf(content)
    else:
        kind, content = _redrawn(content)
    return CleanFile(_name(file.name or "", SUFFIXES[kind]), CONTENT_TYPES[kind], content)


def _whole_pdf(content: bytes) -> bytes:
    if PDF_END not in content[-PDF_END_WITHIN_BYTES:]:
        raise UnknownFileType
    return content


def _redrawn(content: bytes) -> tuple[str, bytes]:
    """The picture drawn anew: upright, no larger than a screen needs, without metadata."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=FORMATS) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise PictureTooLarge(most=MOST_PIXELS // 1_000_000)
                kind = picture.format or ""
                return kind, _drawn(ImageOps.exif_transpose(picture), kind)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureTooLarge(most=MOST_PIXELS // 1_000_000) from None
    except (OSError, SyntaxError, ValueError):
        raise UnknownFileType from None


def _drawn(picture: Image.Image, kind: str) -> bytes:
    picture.thumbnail((LONGEST_SIDE_PIXELS, LONGEST_SIDE_PIXELS))
    pixels = picture.convert("RGB" if kind == "JPEG" or not picture.has_transparency_data else "RGBA")
    blank = Image.new(pixels.mode, pixels.size)
    blank.paste(pixels)
    written = BytesIO()
    blank.save(written, format=kind, quality=JPEG_QUALITY)
    return written.getvalue()


def _name(given: str, suffix: str) -> str:
    """The person's name for the file, for showing only: one line, printable, with the suffix of what it is."""
    stem = "".join(letter for letter in PurePath(given.replace("\\", "/")).stem if letter.isprintable())
    return (stem.strip()[:LONGEST_NAME] or "evidence") + suffix


def seal(case: Case) -> None:
    """From now on no evidence is added to the case."""
    Evidence.objects.filter(claim=case.claim, sealed_at__isnull=True).update(sealed_at=case.at)
