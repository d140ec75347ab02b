"""Uploaded files: what they are named is nobody's way to anything else."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

pytestmark = pytest.mark.django_db


@pytest.fixture
def picture():
    name = default_storage.save("images/picture.png", ContentFile(b"png"))
    yield name
    default_storage.delete(name)


def test_a_picture_is_shown_to_signed_in_people(cast, as_user, client, picture):
    assert client.get(f"/media/{picture}").status_code == 302
    response = as_user(cast.client).get(f"/media/{picture}")
    assert b"".join(response.streaming_content) == b"png"
    assert "sandbox" in response["Content-Security-Policy"]


@pytest.mark.parametrize(
    "name",
    ["images/%00", f"images/{'n' * 300}.png", "images/", "images", "images/../portal.sqlite3", "images/none.png"],
)
def test_a_name_that_names_no_picture_is_404(cast, as_user, name):
    assert as_user(cast.client).get(f"/media/{name}").status_code == 404


def test_a_picture_is_no_folder(cast, as_user, picture):
    assert as_user(cast.client).get(f"/media/{picture}/y").status_code == 404
