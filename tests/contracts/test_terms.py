"""The terms of an access as one asks for them."""

import datetime as dt
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import timezone

from cabinet.contracts.forms.terms import TermsForm
from cabinet.contracts.models import Contract, Scope
from cabinet.contracts.roles import Role
from cabinet.contracts.terms import Terms
from tests.cast import Cast


def asked(cast: Cast, contract: Contract | None = None, **data: Any) -> TermsForm:
    sent = QueryDict(mutable=True)
    for name, value in data.items():
        sent.setlist(name, value if isinstance(value, list) else [value])
    form = TermsForm((contract or cast.contract).facilities.all(), sent)
    form.is_valid()
    return form


def test_each_role_says_what_it_may_do(cast: Cast) -> None:
    words = str(asked(cast)["role"])
    assert "Бухгалтер" in words and "смотреть платежи, документы и акты нарушений" in words


@pytest.mark.parametrize("role", ["administrator", "accountant", "engineer"])
def test_without_a_scope_the_role_is_for_the_whole_contract(cast: Cast, role: str) -> None:
    assert asked(cast, role=role).terms() == Terms(Role(role))


def test_an_engineer_may_have_chosen_facilities_and_a_last_day(cast: Cast) -> None:
    form = asked(cast, role="engineer", scope="chosen", facility=[str(cast.facility.pk)], until="31.12.2099")
    assert form.terms() == Terms(Role.ENGINEER, Scope.CHOSEN, frozenset({cast.facility.pk}), dt.date(2099, 12, 31))


def test_what_another_role_does_not_see_does_not_count(cast: Cast) -> None:
    form = asked(cast, role="accountant", scope="chosen", facility=["999999999999999999999999"])
    assert form.terms() == Terms(Role.ACCOUNTANT)


def test_facilities_do_not_count_for_the_whole_contract(cast: Cast) -> None:
    form = asked(cast, role="engineer", scope="whole", facility=[str(cast.facility.pk)])
    assert form.terms() == Terms(Role.ENGINEER)


@pytest.mark.parametrize(
    ("data", "field", "sentence"),
    [
        ({}, "role", "Выберите роль."),
        ({"role": "owner"}, "role", "Такой роли нет."),
        ({"role": "engineer", "scope": "everything"}, "scope", "Такого доступа нет."),
        ({"role": "accountant", "until": "31.02.2099"}, "until", "Такого дня нет в календаре."),
        ({"role": "accountant", "until": "вчера"}, "until", "Введите дату как ДД.ММ.ГГГГ, например 24.11.2026."),
    ],
)
def test_wrong_terms_are_named_by_their_field(cast: Cast, data: dict, field: str, sentence: str) -> None:
    assert asked(cast, **data).errors == {field: [sentence]}


@pytest.mark.parametrize("facility", ["x", "9" * 30, "0", "-1"])
def test_a_facility_that_cannot_be_is_none_of_the_contract(cast: Cast, facility: str) -> None:
    form = asked(cast, role="engineer", scope="chosen", facility=[facility])
    assert form.facilities.error == "Некоторых из этих объектов в договоре нет: проверьте выбор."


def test_a_facility_of_another_contract_is_none_of_these(cast: Cast) -> None:
    form = asked(cast, role="engineer", scope="chosen", facility=[str(cast.other_facility.pk)])
    assert not form.is_valid()
    assert form.facilities.error == "Некоторых из этих объектов в договоре нет: проверьте выбор."
    assert not form.facilities.chosen


def test_at_least_one_facility_is_chosen(cast: Cast) -> None:
    assert asked(cast, role="engineer", scope="chosen").facilities.error == "Выберите хотя бы один объект."
    assert not asked(cast, cast.third_contract, role="engineer", scope="chosen").is_valid()


def test_a_day_that_has_passed_is_refused_and_today_taken(cast: Cast) -> None:
    today = timezone.localdate()
    yesterday = today - dt.timedelta(days=1)
    form = asked(cast, role="accountant", until=f"{yesterday:%d.%m.%Y}")
    assert form.errors == {"until": [f"Этот день уже прошёл. Укажите {today:%d.%m.%Y} или позже."]}
    assert asked(cast, role="accountant", until=f"{today:%d.%m.%Y}").terms().until == today


def test_a_form_begins_with_the_terms_it_is_given(cast: Cast) -> None:
    start = Terms(Role.ENGINEER, Scope.CHOSEN, frozenset({cast.facility.pk}), dt.date(2099, 1, 2))
    form = TermsForm(cast.contract.facilities.all(), None, start)
    assert (form["role"].value(), form["scope"].value(), form["until"].value()) == ("engineer", "chosen", "02.01.2099")
    assert form.facilities.chosen == {cast.facility.pk}
    assert not form.is_final


def test_a_search_among_the_facilities_keeps_what_was_typed_and_decides_nothing(cast: Cast) -> None:
    form = asked(cast, role="engineer", scope="chosen", step="facility:search", facility_q="склад", until="31.02.2099")
    assert not form.is_final and not form.is_bound
    assert (form["role"].value(), form["until"].value()) == ("engineer", "31.02.2099")
    assert [one.name for one in form.facilities.shown] == [cast.facility.name]


def test_enter_in_the_search_means_the_search_and_elsewhere_the_form(cast: Cast) -> None:
    assert not asked(cast, role="engineer", step="enter", facility_q="склад").is_final
    assert asked(cast, role="engineer", step="enter").is_final
