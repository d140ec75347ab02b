"""What editors may upload: documents and pictures that are what their names say, of a reasonable size."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as Picture
from wagtail.documents.models import Document
from wagtail.images.models import Image

from cms_pages.help.uploads import BEGINNINGS

pytestmark = pytest.mark.django_db
ZIPPED = BEGINNINGS["docx"] + b"rest"


def png():
    body = BytesIO()
    Picture.new("RGB", (8, 8)).save(body, "PNG")
    return body.getvalue()


@pytest.fixture
def upload(cast, as_user):
    """Sends a file through the form, or through the page of many files; what was said."""

    def sent(kind, name, content, *, many):
        file = SimpleUploadedFile(name, content)
        client = as_user(cast.editor)
        if many:
            answer = client.post(f"/admin/{kind}/multiple/add/", {"title": "Файл", "files[]": file})
            return answer.json().get("error_message", "")
        return client.post(f"/admin/{kind}/add/", {"title": "Файл", "collection": 1, "file": file}).text

    return sent


def test_each_extension_is_known_by_its_beginning(settings):
    assert set(BEGINNINGS) == set(settings.WAGTAILDOCS_EXTENSIONS)


@pytest.mark.parametrize("many", [False, True])
@pytest.mark.parametrize(("name", "content"), [("Акт.pdf", b"%PDF-1.7"), ("Акт.DOCX", ZIPPED)])
def test_a_document_is_taken(upload, name, content, many):
    upload("documents", name, content, many=many)
    assert Document.objects.get().file.read() == content


@pytest.mark.parametrize("many", [False, True])
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<script>"),
        ("virus.exe", b"MZ"),
        ("nothing", b"%PDF-1.7"),
        ("page.pdf", b"<script>"),
        ("virus.docx", b"MZ"),
        ("empty.pdf", b" "),
        ("picture.svg", b"<svg/>"),
    ],
)
def test_what_is_no_document_is_refused(upload, name, content, many):
    said = upload("documents", name, content, many=many)
    assert not Document.objects.exists()
    assert "не поддерживается" in said or "не соответствует расширению" in said


def test_a_document_beyond_the_limit_is_refused(upload):
    upload("documents", "Большой.pdf", b"%PDF-" + b"0" * 20 * 1024 * 1024, many=False)
    assert not Document.objects.exists()


def test_the_file_of_a_document_is_changed_by_the_same_rules(cast, as_user, upload):
    upload("documents", "Акт.pdf", b"%PDF-1.7", many=False)
    document = Document.objects.get()
    data = {"title": "Акт", "collection": 1, "file": SimpleUploadedFile("Акт.pdf", b"<script>")}
    client = as_user(cast.editor)
    assert "не соответствует расширению" in client.post(f"/admin/documents/edit/{document.pk}/", data).text
    del data["file"]
    assert client.post(f"/admin/documents/edit/{document.pk}/", data).status_code == 302
    document.refresh_from_db()
    assert document.title == "Акт" and document.file.read() == b"%PDF-1.7"


@pytest.mark.parametrize("many", [False, True])
@pytest.mark.parametrize(
    ("name", "content"),
    [("picture.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), ("page.png", b"<script>"), ("picture.jpg", png())],
)
def test_a_picture_that_is_none_is_refused(upload, name, content, many):
    upload("images", name, content, many=many)
    assert not Image.objects.exists()


@pytest.mark.parametrize("many", [False, True])
def test_a_picture_is_taken(upload, many):
    upload("images", "picture.png", png(), many=many)
    assert Image.objects.get().width == 8
