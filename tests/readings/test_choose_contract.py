"""The window «Выбор договора»."""

import pytest
from django.urls import reverse

from cabinet.common import periods
from cabinet.contracts.roles import Role
from portal.demo import builders

HTMX = {"HX-Request": "true"}
URL = "/cabinet/readings/choose/"


def test_it_lists_contracts_whose_readings_are_ones_own_and_leads_to_the_period_that_was_open(cast, period, as_user):
    answer = as_user(cast.client).get(URL, {"period": periods.code(period), "contract": cast.contract.pk})
    for contract in (cast.contract, cast.signed_contract, cast.third_contract):
        assert reverse("readings-period", args=[contract.pk, period]) in answer.text
    assert answer.text.count("открыт сейчас") == 1
    assert cast.other_contract.number not in answer.text


def test_without_a_period_it_leads_to_the_one_that_is_due(cast, as_user):
    assert f'href="{reverse("readings", args=[cast.contract.pk])}"' in as_user(cast.client).get(URL).text


def test_it_finds_by_number_organisation_inn_and_department_whatever_the_case(cast, as_user):
    client = as_user(cast.client)
    far = builders.contract(builders.organisation(name="АО «Дальний берег»"), builders.department(name="Южное"))
    builders.access(cast.client, far, role=Role.ENGINEER)
    for words in (far.number, "дальний", far.organisation.inn, "ЮЖНОЕ"):
        assert [each.pk for each in client.get(URL, {"q": words}).context["page"]] == [far.pk]


def test_a_role_without_readings_finds_nothing_and_reads_so(cast, as_user):
    answer = as_user(cast.accountant).get(URL)
    assert "Нет договоров, по которым вы передаёте показания." in answer.text


def test_in_the_dialog_search_and_pages_stay_in_it(cast, as_user):
    answer = as_user(cast.client).get(URL, headers=HTMX)
    assert "<!doctype html>" not in answer.text and 'hx-target="#choose"' in answer.text
    assert "HX-Request" in answer["Vary"]


@pytest.mark.parametrize(
    "asked",
    [
        {"period": "2026-13"},
        {"period": "x" * 300},
        {"page": "1" + "0" * 20},
        {"page": "-1"},
        {"contract": "1" + "0" * 20},
        {"q": "\x00"},
        {"q": "%_'\"<script>"},
    ],
)
def test_rubbish_in_the_address_is_no_harm(cast, as_user, asked):
    answer = as_user(cast.client).get(URL, asked)
    assert answer.status_code == 200
    assert "<script>'" not in answer.text
