"""The page «Контакты»."""

import pytest
from django.urls import reverse

from cms_pages.texts.models import Text
from tests.cast import Cast


@pytest.fixture
def general(db: None) -> None:
    Text.objects.update_or_create(name="contacts-general", defaults={"body": "<p>Контактный центр 8 495 000-00-00</p>"})


def test_without_a_contract_it_shows_the_general_contacts(cast: Cast, as_user, general) -> None:
    text = as_user(cast.newcomer).get(reverse("contacts")).text
    assert "Контактный центр 8 495 000-00-00" in text
    assert "<details" not in text.partition("<main")[2]
    assert "Когда вы привяжете договор, здесь появятся контакты" in text


def test_each_contract_unfolds_to_who_serves_it(cast: Cast, as_user, general) -> None:
    cast.department.fax = "+7 495 000-00-02"
    cast.department.save()
    cast.curator.phone = "+79161234567"
    cast.curator.save()
    text = as_user(cast.client).get(reverse("contacts")).text
    assert text.count('<details class="disclosure"') == 3
    for label in (
        "ФИО руководителя",
        "Адрес отделения",
        "Телефон отделения",
        "Факс отделения",
        "ФИО куратора",
        "Телефон куратора",
    ):
        assert f"<dt>{label}</dt>" in text
    assert cast.department.head_name in text and cast.department.address in text and cast.department.fax in text
    assert 'href="tel:+74950000001"' in text and 'href="tel:+79161234567"' in text
    assert "Контактный центр 8 495 000-00-00" in text
    assert cast.other_contract.number not in text and cast.other_department.name not in text
    assert "Когда вы привяжете договор" not in text


def test_the_first_general_text_suits_those_with_contracts_too(cast: Cast, as_user) -> None:
    assert "Когда вы привяжете договор" not in as_user(cast.client).get(reverse("contacts")).text


def test_a_contract_without_a_curator_says_so(cast: Cast, as_user) -> None:
    cast.unbound_contract.accesses.create(user=cast.newcomer, role="accountant")
    text = as_user(cast.newcomer).get(reverse("contacts")).text
    assert "не назначен" in text and "не указан" in text
    assert '<details class="disclosure" open>' in text


def test_many_contracts_are_searched_and_paged(cast: Cast, as_user, bind_many) -> None:
    bind_many(cast.newcomer, 25)
    client = as_user(cast.newcomer)
    assert client.get(reverse("contacts")).text.count('<details class="disclosure"') == 20
    assert client.get(reverse("contacts"), {"q": "филиал 7»"}).text.count('<details class="disclosure"') == 1


def test_the_anonymous_are_sent_to_sign_in(cast: Cast, client) -> None:
    assert client.get(reverse("contacts")).url.startswith(reverse("account_login"))


def test_what_a_department_is_called_is_only_text(cast: Cast, as_user) -> None:
    cast.department.address = "<b>Пятницкая</b>"
    cast.department.phone = '"><script>alert(1)</script>'
    cast.department.save()
    text = as_user(cast.client).get(reverse("contacts")).text
    assert "<b>Пятницкая" not in text and "<script>alert(1)" not in text
