"""What editors may upload as documents: a few formats, each known by how its files begin."""

from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from wagtail.documents.forms import BaseDocumentForm

OLE, ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
BEGINNINGS = {
    "pdf": b"%PDF-",
    "doc": OLE,
    "xls": OLE,
    "docx": ZIP,
    "xlsx": ZIP,
    "odt": ZIP,
    "ods": ZIP,
    "rtf": b"{\\rtf",
}
"""Extension → first bytes; the extensions are those of WAGTAILDOCS_EXTENSIONS."""


class CheckedDocumentForm(BaseDocumentForm):
    """Wagtail checks the extension and size alone: a name says nothing of what is inside."""

    def clean_file(self) -> Any:
        """A file that is what its extension says."""
        file = self.cleaned_data["file"]
        extension = PurePath(file.name).suffix.lower().removeprefix(".")
        if isinstance(file, UploadedFile) and extension in BEGINNINGS and not _begins(file, BEGINNINGS[extension]):
            raise ValidationError(f"Содержимое файла не соответствует расширению .{extension}.")
        return file


def _begins(file: UploadedFile, beginning: bytes) -> bool:
    file.seek(0)
    found = file.read(len(beginning))
    file.seek(0)
    return found == beginning
