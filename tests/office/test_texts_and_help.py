"""Editable texts, help pages and uploaded files: who writes them, who reads them, what they cost."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.template import Context, Template
from django.test import RequestFactory
from wagtail.documents.models import Document
from wagtail.models import Page, Site

from cms_pages.help.models import HelpIndexPage, HelpPage
from cms_pages.texts.models import Text
from cms_pages.texts.names import NAMES

pytestmark = pytest.mark.django_db


def test_every_place_has_its_first_text():
    written = dict(Text.objects.exclude(body="").values_list("name", "title"))
    assert set(written) == {name for name, _ in NAMES}
    assert all(written.values())


def test_all_texts_of_a_page_cost_one_statement(django_assert_num_queries):
    template = Template('{% text "footer-feedback" %}{% text "registration-guide" %}{% text "unknown" %}')
    with django_assert_num_queries(1):
        said = template.render(Context({"request": RequestFactory().get("/")}))
    assert "mailto:feedback@example.com" in said and "72 часа" in said


def test_a_changed_text_is_seen_by_the_next_request(cast, as_user):
    text = Text.objects.get(name="footer-requirements")
    body = '{"blocks":[{"key":"a","text":"Любой браузер","type":"unstyled","depth":0,"inlineStyleRanges":[],'
    body += '"entityRanges":[],"data":{}}],"entityMap":{}}'
    as_user(cast.editor).post(f"/admin/text/edit/{text.pk}/", {"title": "Требования", "body": body})
    assert "Любой браузер" in as_user(cast.client).get("/").content.decode()


def test_a_text_never_carries_a_script(cast, as_user):
    text = Text.objects.get(name="footer-feedback")
    text.body = '<p>Привет<script>alert(1)</script> <a href="javascript:alert(1)">сюда</a></p>'
    text.save()
    page = as_user(cast.client).get("/").content.decode()
    editor = as_user(cast.editor).get(f"/admin/text/edit/{text.pk}/").content.decode()
    assert "Привет" in page and "<script>alert" not in editor


def test_an_editor_neither_adds_nor_deletes_texts(cast, as_user):
    client = as_user(cast.editor)
    text = Text.objects.first()
    assert client.get("/admin/text/new/").status_code == 302
    assert client.post(f"/admin/text/delete/{text.pk}/").status_code == 302
    assert Text.objects.filter(pk=text.pk).exists()


def test_wagtails_welcome_page_is_gone():
    assert not Page.objects.filter(title__icontains="welcome").exists()
    assert Site.objects.get().root_page.title == "Портал"
    assert Page.objects.get(depth=1).title == "Все страницы"


def test_help_pages_are_read_by_signed_in_people(cast, as_user, client):
    index, page = HelpIndexPage.objects.get(), HelpPage.objects.first()
    assert (index.url, page.url) == ("/help/", "/help/readings/")
    said = as_user(cast.client).get("/help/").content.decode()
    assert "Как передать показания" in said and "Как привязать договор" in said
    assert "Передать показания в расчет" in as_user(cast.newcomer).get(page.url).content.decode()
    for url in (index.url, page.url):
        response = client.get(url)
        assert response.status_code == 302 and response["Location"].startswith("/accounts/login/?next=/help/")


def test_a_draft_of_help_is_nobodys_to_read(cast, as_user):
    page = HelpPage.objects.first()
    page.unpublish()
    assert as_user(cast.client).get(page.url).status_code == 404
    assert page.title not in as_user(cast.client).get("/help/").content.decode()


def test_help_is_linked_from_the_footer(cast, as_user):
    assert 'href="/help/"' in as_user(cast.client).get("/").content.decode()


def test_the_address_of_help_stays_whatever_an_editor_posts(cast, as_user):
    index = HelpIndexPage.objects.get()
    editor = as_user(cast.editor)
    form = editor.get(f"/admin/pages/{index.pk}/edit/")
    assert "slug" not in form.context["form"].fields
    data = {"title": "Помощь", "slug": "pomosch", "intro": "Новое вступление", "action-publish": "1"}
    data |= {f"comments-{name}_FORMS": "0" for name in ("TOTAL", "INITIAL")}
    assert editor.post(f"/admin/pages/{index.pk}/edit/", data).status_code == 302
    said = as_user(cast.client).get("/help/").content.decode()
    assert "Новое вступление" in said


def test_an_editor_opens_the_help_pages_form(cast, as_user):
    page = HelpPage.objects.first()
    assert as_user(cast.editor).get(f"/admin/pages/{page.pk}/edit/").status_code == 200
    assert as_user(cast.curator).get(f"/admin/pages/{page.pk}/edit/").status_code == 302


def test_documents_and_images_are_for_signed_in_people(cast, as_user, client):
    document = Document.objects.create(title="Памятка", file=ContentFile(b"%PDF-1.4", name="memo.pdf"))
    name = default_storage.save("images/picture.png", ContentFile(b"\x89PNG"))
    for url in (document.url, f"/media/{name}"):
        assert client.get(url).status_code == 302
        response = as_user(cast.client).get(url)
        assert response.status_code == 200
        assert response["Cache-Control"] == "no-store"
        assert "default-src 'none'" in response["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path",
    [
        "documents/memo.pdf",
        "original_images/a.png",
        "images/none.png",
        "images/../documents/memo.pdf",
        "images/./../documents/memo.pdf",
        "images//../documents/memo.pdf",
        "images/../../secret",
    ],
)
def test_nothing_else_of_the_media_folder_is_served(cast, as_user, settings, tmp_path, path):
    settings.MEDIA_ROOT = tmp_path
    for kept in ("documents/memo.pdf", "images/picture.png"):
        default_storage.save(kept, ContentFile(b"%PDF"))
    client = as_user(cast.client)
    assert client.get("/media/images/picture.png").status_code == 200
    assert client.get(f"/media/{path}").status_code == 404
