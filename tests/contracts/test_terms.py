"""The terms of an access as one asks for them."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from cabinet.contracts.actions.administering import Terms
from cabinet.contracts.forms.terms import TermsForm
from cabinet.contracts.models import Scope
from cabinet.contracts.roles import Role
from portal.demo import builders
from tests.cast import Cast


def asked(cast: Cast, contracts: list | None = None, **data: Any) -> TermsForm:
    form = TermsForm(data, contracts=contracts or [cast.contract])
    form.is_valid()
    return form


def test_each_role_says_what_it_may_do(cast: Cast) -> None:
    words = str(asked(cast)["role"])
    assert "Бухгалтер" in words and "смотреть платежи, документы и акты нарушений" in words


@pytest.mark.parametrize("role", ["administrator", "accountant", "engineer"])
def test_without_a_scope_the_role_is_for_the_whole_contract(cast: Cast, role: str) -> None:
    assert asked(cast, role=role).terms() == Terms(Role(role))


def test_an_engineer_may_have_chosen_facilities_and_a_last_day(cast: Cast) -> None:
    form = asked(cast, role="engineer", scope="chosen", facilities=[str(cast.facility.pk)], until="31.12.2099")
    assert form.terms() == Terms(Role.ENGINEER, Scope.CHOSEN, frozenset({cast.facility.pk}), dt.date(2099, 12, 31))


def test_what_another_role_does_not_see_does_not_count(cast: Cast) -> None:
    form = asked(cast, role="accountant", scope="chosen", facilities=["999999999999999999999999"])
    assert form.terms() == Terms(Role.ACCOUNTANT)


def test_facilities_do_not_count_for_the_whole_contract(cast: Cast) -> None:
    form = asked(cast, role="engineer", scope="whole", facilities=[str(cast.facility.pk)])
    assert form.terms() == Terms(Role.ENGINEER)


@pytest.mark.parametrize(
    ("data", "field", "sentence"),
    [
        ({}, "role", "Выберите роль."),
        ({"role": "owner"}, "role", "Такой роли нет."),
        ({"role": "engineer", "scope": "everything"}, "scope", "Такого доступа нет."),
        ({"role": "engineer", "scope": "chosen"}, "facilities", "Выберите хотя бы один объект."),
        ({"role": "engineer", "scope": "chosen", "facilities": ["x"]}, "facilities", "Такого объекта в договоре нет."),
        (
            {"role": "engineer", "scope": "chosen", "facilities": ["9" * 30]},
            "facilities",
            "Такого объекта в договоре нет.",
        ),
        (
            {"role": "accountant", "until": "31.02.2099"},
            "until",
            "Такой даты нет. Введите её как ДД.ММ.ГГГГ, например 31.12.2026.",
        ),
    ],
)
def test_wrong_terms_are_named_by_their_field(cast: Cast, data: dict, field: str, sentence: str) -> None:
    assert asked(cast, **data).errors == {field: [sentence]}


def test_a_facility_of_another_contract_is_none_of_these(cast: Cast) -> None:
    form = asked(cast, role="engineer", scope="chosen", facilities=[str(cast.other_facility.pk)])
    assert form.errors == {"facilities": ["Такого объекта в договоре нет."]}
    assert cast.other_facility.name not in str(form)


def test_a_day_that_has_passed_is_refused_and_today_taken(cast: Cast) -> None:
    today = timezone.localdate()
    yesterday = today - dt.timedelta(days=1)
    form = asked(cast, role="accountant", until=f"{yesterday:%d.%m.%Y}")
    assert form.errors == {"until": [f"Этот день уже прошёл. Укажите {today:%d.%m.%Y} или позже."]}
    assert asked(cast, role="accountant", until=f"{today:%d.%m.%Y}").terms().until == today


def test_a_contract_without_facilities_has_none_to_choose(cast: Cast) -> None:
    form = asked(cast, [cast.third_contract], role="engineer", scope="chosen")
    assert form.errors == {"scope": ["Такого доступа нет."]}


def test_of_several_contracts_each_gets_its_own_facilities(cast: Cast) -> None:
    signed = cast.signed_register.meter.point.facility
    chosen = [str(cast.facility.pk), str(signed.pk)]
    form = asked(cast, [cast.contract, cast.signed_contract], role="engineer", scope="chosen", facilities=chosen)
    assert form.terms(cast.contract).facilities == {cast.facility.pk}
    assert form.terms(cast.signed_contract).facilities == {signed.pk}
    assert f"№ {cast.signed_contract.number}: {signed.name}" in str(form["facilities"])


def test_names_stand_in_the_order_people_expect_and_a_long_list_is_searchable(cast: Cast) -> None:
    assert not asked(cast).searchable
    for number in (10, 9, 8, 7, 6, 5, 4, 3):
        builders.facility(cast.contract, name=f"Цех № {number}", address="")
    form = asked(cast)
    names = [str(label) for _, label in form.fields["facilities"].choices]
    assert names.index(next(name for name in names if "Цех № 9" in name)) < names.index(
        next(name for name in names if "Цех № 10" in name)
    )
    assert form.searchable
