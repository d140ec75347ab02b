"""Uploaded images and documents: kept private, given to signed-in people alone."""

import posixpath

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from wagtail.documents.views.serve import serve

from cabinet.common.access import signed_in

SHOWN = ("images/", "avatar_images/")


@require_safe
@signed_in
def image(request: HttpRequest, path: str) -> HttpResponse:
    """A rendition of an image or a member of staff's picture; originals and documents are not served here."""
    if posixpath.normpath(path) != path or not path.startswith(SHOWN):  # «images/../documents/…» is not an image
        raise Http404
    try:
        file = default_storage.open(path)
    except (OSError, ValueError, SuspiciousFileOperation) as error:  # whatever the name is, it names no file
        raise Http404 from error
    response = FileResponse(file)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@signed_in
def document(request: HttpRequest, document_id: int, filename: str) -> HttpResponse:
    """A document of the editors."""
    return serve(request, document_id, filename)
