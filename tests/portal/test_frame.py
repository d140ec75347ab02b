"""The frame of every page: header, side menu, footer."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cms_pages.texts.models import Text
from portal import menu
from portal.demo import builders
from tests.cast import Cast

FRAME = 5


@pytest.fixture
def footer(db: None) -> None:
    for name, body in (
        ("footer-feedback", "Пишите на lkk@example.com"),
        ("footer-requirements", "Chrome, Firefox, Edge, Safari"),
    ):
        Text.objects.update_or_create(name=name, defaults={"body": f"<p>{body}</p>"})


def test_every_entry_of_the_menu_and_the_header_leads_somewhere(cast: Cast, as_user) -> None:
    client = as_user(cast.client)
    for _, name, _ in [*menu.MENU, *menu.HEADER]:
        assert client.get(reverse(name), follow=True).status_code == 200


def test_the_page_one_is_on_and_its_section_are_marked() -> None:
    assert menu.entry("/cabinet/contracts/", "Договоры", "contracts", "file-text").current == "page"
    assert menu.entry("/cabinet/contracts/bind/", "Договоры", "contracts", "file-text").current == "true"
    assert menu.entry("/cabinet/contacts/", "Договоры", "contracts", "file-text").current == ""
    assert menu.entry("/cabinet/contacts/", "Главная", "home", "home").current == ""


def test_the_header_names_the_organisation_or_counts_them(cast: Cast, as_user) -> None:
    assert "ООО «Вымпел-Снаб»" in as_user(cast.client).get(reverse("home")).text
    builders.access(cast.client, cast.unbound_contract)
    assert "2 организации" in as_user(cast.client).get(reverse("home")).text
    assert "top__organisation" not in as_user(cast.newcomer).get(reverse("home")).text


def test_the_organisation_is_only_text(cast: Cast, as_user) -> None:
    cast.organisation.name = 'ООО "><script>alert(1)</script>'
    cast.organisation.save()
    assert "<script>alert(1)" not in as_user(cast.client).get(reverse("home")).text


def test_the_footer_has_the_editors_texts_and_the_own_curator(cast: Cast, as_user, footer) -> None:
    cast.curator.phone = "+79161234567"
    cast.curator.save()
    text = as_user(cast.client).get(reverse("home")).text.partition("<footer")[2]
    assert (
        "Пишите на lkk@example.com" in text
        and "Системные требования" in text
        and "Chrome, Firefox, Edge, Safari" in text
    )
    assert f"Ваш куратор: {cast.curator.get_full_name()}" in text and 'href="tel:+79161234567"' in text


def test_several_curators_are_a_link_to_the_contacts(cast: Cast, as_user) -> None:
    builders.access(cast.client, cast.other_contract)
    text = as_user(cast.client).get(reverse("home")).text.partition("<footer")[2]
    assert "Ваши кураторы: 2" in text and f'href="{reverse("contacts")}"' in text


def test_without_a_curator_and_texts_the_footer_names_none(cast: Cast, as_user) -> None:
    Text.objects.all().delete()
    text = as_user(cast.newcomer).get(reverse("home")).text.partition("<footer")[2]
    assert "куратор" not in text and "Системные требования" not in text


@pytest.mark.parametrize("person", ["client", "newcomer"])
def test_the_frame_takes_no_more_than_its_statements(cast: Cast, as_user, footer, monkeypatch, person: str) -> None:
    monkeypatch.setattr("portal.home.TO_DO", [])
    client = as_user(getattr(cast, person))
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("home"))
    assert len(queries) <= FRAME, "\n".join(query["sql"][:200] for query in queries)
