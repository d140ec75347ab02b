"""The window «Привязать договор»."""

import json

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cabinet.contracts.models import AccessRequest, Contract
from portal.demo import builders
from tests.cast import Cast

HTMX = {"HX-Request": "true"}


def data_of(contract: Contract, **changed: str) -> dict[str, str]:
    organisation = contract.organisation
    return {"email": organisation.email, "inn": organisation.inn, "number": f"№ {contract.number}"} | changed


@pytest.fixture
def url() -> str:
    return reverse("contract-bind")


@pytest.fixture
def newcomer(cast: Cast, as_user) -> Client:
    return as_user(cast.newcomer)


def test_it_is_a_page_of_its_own_and_a_fragment_for_the_dialog(newcomer: Client, url: str) -> None:
    page, fragment = newcomer.get(url), newcomer.get(url, headers=HTMX)
    for response in (page, fragment):
        for words in (
            "Адрес электронной почты организации",
            "ИНН",
            "Номер договора",
            "Привязать еще один договор",
            "Привязать договор",
        ):
            assert words in response.text
        assert "HX-Request" in response["Vary"]
    assert "<!doctype html>" in page.text and "<!doctype html>" not in fragment.text


def test_without_javascript_it_binds_and_leads_to_the_contracts(cast: Cast, newcomer: Client, url: str) -> None:
    response = newcomer.post(url, data_of(cast.unbound_contract), follow=True)
    assert response.redirect_chain == [(reverse("contracts"), 302)]
    assert f"{cast.unbound_contract} привязан. Ваша роль — Администратор." in response.text
    assert cast.unbound_contract.accesses.get().user == cast.newcomer


def test_in_the_dialog_it_binds_closes_and_tells_what_became_stale(cast: Cast, newcomer: Client, url: str) -> None:
    response = newcomer.post(url, data_of(cast.unbound_contract), headers=HTMX)
    assert response.status_code == 204
    assert set(json.loads(response["HX-Trigger"])) == {"contractsChanged", "closeDialog", "toast"}


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_another_contract_keeps_the_window_the_address_and_the_inn(
    cast: Cast, newcomer: Client, url: str, headers
) -> None:
    typed = data_of(cast.unbound_contract, another="on")
    response = newcomer.post(url, typed, headers=headers)
    assert response.status_code == 200
    assert "contractsChanged" in response["HX-Trigger"]
    assert f"{cast.unbound_contract} привязан" in response.text
    form = response.context["form"]
    assert (form["email"].value(), form["inn"].value(), form["number"].value()) == (typed["email"], typed["inn"], None)
    assert form["another"].value()
    assert "autofocus" in str(form["number"]) and "autofocus" not in str(form["email"])
    second = builders.contract(cast.unbound_contract.organisation)
    assert newcomer.post(url, data_of(second), headers=HTMX).status_code == 204


def test_an_inn_with_wrong_check_digits_is_refused_before_any_look_up(cast: Cast, newcomer: Client, url: str) -> None:
    response = newcomer.post(url, data_of(cast.unbound_contract, inn="7707083894"))
    assert response.status_code == 422
    assert response.context["form"].errors == {"inn": ["Проверьте ИНН: контрольные цифры не сходятся."]}
    assert not cast.newcomer.bindingattempt_set.exists()


@pytest.mark.parametrize("field", ["email", "inn", "number"])
def test_an_empty_field_is_named_and_nothing_typed_is_lost(cast: Cast, newcomer: Client, url: str, field: str) -> None:
    typed = data_of(cast.unbound_contract) | {field: " "}
    response = newcomer.post(url, typed, headers=HTMX)
    form = response.context["form"]
    assert response.status_code == 422 and list(form.errors) == [field]
    assert all(form[name].value() == value for name, value in typed.items())
    assert "autofocus" not in response.text and 'aria-invalid="true"' in response.text


def test_data_that_do_not_match_are_told_in_the_window(cast: Cast, newcomer: Client, url: str) -> None:
    response = newcomer.post(url, data_of(cast.unbound_contract, number="1"), headers=HTMX)
    assert response.status_code == 422
    assert "Договор с такими данными не найден" in response.text


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_contract_with_an_administrator_is_asked_for_and_says_who_decides_and_when_a_curator_may(
    cast: Cast, newcomer: Client, url: str, headers: dict
) -> None:
    cast.curator.phone = "+79161234567"
    cast.curator.save()
    for said in ("уже есть администратор", "уже ждёт решения"):  # a second press asks nobody again, and says so
        response = newcomer.post(url, data_of(cast.contract), headers=headers)
        assert response.status_code == 200
        asked = AccessRequest.objects.get()
        for words in (
            said,
            cast.client.get_short_name(),
            f"{timezone.localtime(asked.curator_from):%d.%m.%Y, %H:%M}",
            cast.curator.get_full_name(),
            '<a class="nowrap" href="tel:+79161234567">+7 916 123-45-67</a>',
        ):
            assert words in response.text
        assert ("Запрос доступа отправлен" in response.text) == (said == "уже есть администратор")
        assert cast.client.email not in response.text
        assert "contractsChanged" in response["HX-Trigger"]


def test_another_contract_can_follow_one_that_is_asked_for(cast: Cast, newcomer: Client, url: str) -> None:
    response = newcomer.post(url, data_of(cast.contract, another="on"), headers=HTMX)
    assert response.status_code == 200 and "уже есть администратор" in response.text
    assert response.context["form"]["inn"].value() == cast.organisation.inn


def test_a_contract_of_ones_own_is_told_beside_its_number(cast: Cast, as_user, url: str) -> None:
    response = as_user(cast.client).post(url, data_of(cast.contract))
    assert response.status_code == 422
    assert "уже привязан" in response.context["form"].errors["number"][0]


def test_too_many_failures_are_429_with_the_time_to_come_back(cast: Cast, newcomer: Client, url: str, settings) -> None:
    settings.BINDING_TRIES = 1
    newcomer.post(url, data_of(cast.unbound_contract, number="1"))
    response = newcomer.post(url, data_of(cast.unbound_contract), headers=HTMX)
    assert response.status_code == 429
    assert "Повторите после" in response.text
    assert response.context["form"]["inn"].value() == cast.unbound_contract.organisation.inn


def test_a_session_that_ended_binds_nothing(cast: Cast, client: Client, url: str) -> None:
    assert client.post(url, data_of(cast.unbound_contract)).status_code == 302
    assert client.post(url, data_of(cast.unbound_contract), headers=HTMX).status_code == 401
    assert not cast.unbound_contract.accesses.exists()
