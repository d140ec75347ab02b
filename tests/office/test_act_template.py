"""A clerk restyles the act's Word template: what is taken, what is refused and in which words, who may."""

import io
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document
from docx.shared import Pt

from cabinet.common.errors import NotAllowed
from cabinet.contracts.models import ContractLogEntry
from cabinet.readings.act.docx import PORTALS_OWN
from cabinet.readings.act.template import (
    drop_template,
    take_template,
    template_in_force,
    text_of,
)
from cabinet.readings.models import ActTemplate

pytestmark = pytest.mark.django_db

PAGES = ["act_template", "act_template_file", "act_template_sample", "act_template_reset"]


def saved(document):
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def restyled(text="Центральное отделение", size=12):
    """The portal's template with a line and a size of the clerk's own."""
    document = Document(PORTALS_OWN)
    document.styles["Акт Заголовок"].font.size = Pt(size)
    document.paragraphs[0].insert_paragraph_before(text)
    return saved(document)


def upload(client, content, name="Наш акт.docx"):
    return client.post(reverse("act_template"), {"file": SimpleUploadedFile(name, content)})


# --- it works ------------------------------------------------------------------------------------


def test_the_page_says_which_template_is_in_force_and_what_a_template_can_show(cast, as_user):
    page = as_user(cast.admin).get(reverse("act_template")).text
    assert "шаблон портала" in page
    assert "{{ row.current }}" in page
    assert "Вернуть шаблон портала" not in page


def test_a_restyled_template_comes_into_force_with_its_trail(cast, as_user):
    client, content = as_user(cast.admin), restyled()
    assert upload(client, content).url == reverse("act_template")
    template = ActTemplate.objects.get()
    assert (template.name, template.by) == ("Наш акт.docx", cast.admin)
    assert template_in_force() == content
    page = client.get(reverse("act_template")).text
    assert "Наш акт.docx" in page
    assert str(cast.admin) in page
    entry = ContractLogEntry.objects.get(action="readings.template")
    assert (entry.user, entry.label) == (cast.admin, "Наш акт.docx")
    assert entry.formatter.format_message(entry) == "Заменён шаблон ведомости (Word)"


def test_the_template_in_force_and_a_sample_can_be_downloaded(cast, as_user):
    client = as_user(cast.admin)
    upload(client, restyled("Особая строка"))
    file, sample = client.get(reverse("act_template_file")), client.get(reverse("act_template_sample"))
    assert file.content == template_in_force()
    assert "Наш акт.docx" in unquote(file["Content-Disposition"])
    shown = text_of(sample.content)
    assert "Особая строка" in shown
    assert "000\u00a0152,50" in shown
    assert sample["Content-Disposition"].startswith("attachment")


def test_the_last_template_replaces_the_one_before(cast):
    for text in ("Первый", "Второй"):
        take_template(file=io.BytesIO(restyled(text)), name=f"{text}.docx", actor=cast.admin)
    assert ActTemplate.objects.get().name == "Второй.docx"
    assert ContractLogEntry.objects.filter(action="readings.template").count() == 2


def test_going_back_to_the_portals_own_is_asked_first_and_leaves_its_trail(cast, as_user):
    client = as_user(cast.admin)
    upload(client, restyled())
    page = client.get(reverse("act_template_reset"))
    assert "Наш акт.docx" in page.text
    assert ActTemplate.objects.exists()
    assert client.post(reverse("act_template_reset")).url == reverse("act_template")
    assert template_in_force() == PORTALS_OWN.read_bytes()
    assert ContractLogEntry.objects.get(action="readings.template_dropped").user == cast.admin
    assert client.post(reverse("act_template_reset")).url == reverse("act_template")
    assert ContractLogEntry.objects.filter(action="readings.template_dropped").count() == 1


def test_there_is_nothing_to_go_back_from_while_the_portals_own_is_in_force(cast, as_user):
    answer = as_user(cast.admin).get(reverse("act_template_reset"), follow=True)
    assert answer.redirect_chain == [(reverse("act_template"), 302)]
    assert "Действует шаблон портала." not in answer.text


# --- who may -------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["curator", "editor"])
@pytest.mark.parametrize("name", PAGES)
def test_the_other_staff_are_refused(cast, as_user, who, name):
    client = as_user(getattr(cast, who))
    for response in (client.get(reverse(name)), client.post(reverse(name))):
        assert response.status_code in (302, 405)
        assert response.status_code == 405 or response.url == reverse("wagtailadmin_home")
    assert not ActTemplate.objects.exists()


@pytest.mark.parametrize("name", PAGES)
def test_clients_and_strangers_do_not_come_in(cast, as_user, client, name):
    assert "/admin/login/" in client.get(reverse(name)).url
    assert "/admin/login/" in as_user(cast.client).get(reverse(name)).url


def test_a_member_of_the_administrators_group_may(cast, as_user):
    cast.admin.is_superuser = False
    cast.admin.save()
    assert upload(as_user(cast.admin), restyled()).status_code == 302


def test_an_action_asked_past_the_page_is_refused_too(cast):
    with pytest.raises(NotAllowed):
        take_template(file=io.BytesIO(restyled()), name="акт.docx", actor=cast.curator)
    with pytest.raises(NotAllowed):
        drop_template(actor=cast.curator)


# --- bad input -----------------------------------------------------------------------------------


def test_a_refused_template_leaves_the_one_before_in_force(cast, as_user):
    client = as_user(cast.admin)
    upload(client, restyled("Прежний"))
    before = template_in_force()
    document = Document(PORTALS_OWN)
    document.paragraphs[0].insert_paragraph_before("{{ organisaton }}")
    response = upload(client, saved(document))
    assert response.status_code == 422
    assert "метки «organisaton» нет" in response.text
    assert template_in_force() == before
    assert ContractLogEntry.objects.filter(action="readings.template").count() == 1


def test_no_file_and_an_empty_file_are_said(cast, as_user):
    client = as_user(cast.admin)
    assert "Выберите файл." in client.post(reverse("act_template")).text
    assert "Это не документ Word" in upload(client, b"").text
