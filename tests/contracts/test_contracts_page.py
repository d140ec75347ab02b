"""The page «Договоры» and the widget of the same name."""

import pytest
from django.urls import reverse

from cabinet.contracts.models import Contract
from portal.demo import builders
from tests.cast import Cast

PAGES = ["contracts", "contracts-widget", "contracts-card"]


@pytest.mark.parametrize("page", PAGES)
def test_it_shows_the_contracts_of_ones_own_and_of_nobody_else(cast: Cast, as_user, page: str) -> None:
    text = as_user(cast.client).get(reverse(page)).text
    for contract in (cast.contract, cast.signed_contract, cast.third_contract):
        assert f"Договор № {contract.number}" in text and f"от {contract.date:%d.%m.%Y}" in text
    assert cast.other_contract.number not in text and cast.unbound_contract.number not in text
    assert "ЭЦП" in text and cast.curator.get_short_name() in text


def test_a_row_says_who_one_is_and_how_many_facilities_he_sees(cast: Cast, as_user) -> None:
    def row_of(user) -> Contract:
        return next(each for each in as_user(user).get(reverse("contracts")).context["page"] if each == cast.contract)

    assert (row_of(cast.client).role_label, row_of(cast.client).own_facilities) == ("Администратор", 2)
    assert (row_of(cast.energetik).role_label, row_of(cast.energetik).own_facilities) == ("Энергетик", 1)
    assert row_of(cast.client).may_send and row_of(cast.energetik).may_send


@pytest.mark.parametrize("page", PAGES)
def test_a_role_without_readings_reads_why_it_cannot_send_them(cast: Cast, as_user, page: str) -> None:
    text = as_user(cast.accountant).get(reverse(page)).text
    assert "Роль «Бухгалтер» не позволяет работать с показаниями." in text
    assert "Передать показания" not in text.partition("<main")[2]


@pytest.mark.parametrize("page", PAGES)
def test_without_contracts_it_says_what_to_do(cast: Cast, as_user, page: str) -> None:
    text = as_user(cast.newcomer).get(reverse(page)).text
    assert "Договоров пока нет" in text
    assert f'href="{reverse("contract-bind")}"' in text


@pytest.mark.parametrize("page", PAGES)
def test_the_anonymous_are_sent_to_sign_in(cast: Cast, client, page: str) -> None:
    assert client.get(reverse(page)).url.startswith(reverse("account_login"))


def test_names_of_organisations_and_facilities_are_only_text(cast: Cast, as_user) -> None:
    cast.organisation.name = "ООО <script>alert(1)</script>"
    cast.organisation.save()
    text = as_user(cast.client).get(reverse("contracts")).text
    assert "<script>alert(1)" not in text and "&lt;script&gt;alert(1)" in text


@pytest.mark.parametrize("query", ["филиал 17", "ФИЛИАЛ 17»", "9000017", builders.valid_inn(17)])
def test_search_finds_by_name_number_and_inn_whatever_the_case(cast: Cast, as_user, bind_many, query: str) -> None:
    bind_many(cast.newcomer, 30)
    response = as_user(cast.newcomer).get(reverse("contracts"), {"q": query})
    assert [contract.number for contract in response.context["page"]] == ["9000017"]


def test_search_never_leaves_ones_own_contracts(cast: Cast, as_user) -> None:
    response = as_user(cast.client).get(reverse("contracts"), {"q": cast.other_contract.number})
    assert "Ничего не найдено" in response.text


def test_search_is_offered_where_there_is_more_than_a_page(cast: Cast, as_user, bind_many) -> None:
    assert 'name="q"' not in as_user(cast.client).get(reverse("contracts")).text
    bind_many(cast.newcomer, 21)
    response = as_user(cast.newcomer).get(reverse("contracts"))
    assert 'name="q"' in response.text and len(response.context["page"]) == 20


@pytest.mark.parametrize("page", ["0", "-1", "99", "два", "1e9"])
def test_a_page_that_does_not_exist_is_the_nearest_one(cast: Cast, as_user, bind_many, page: str) -> None:
    bind_many(cast.newcomer, 21)
    assert as_user(cast.newcomer).get(reverse("contracts"), {"page": page}).status_code == 200


def test_htmx_gets_the_list_alone(cast: Cast, as_user) -> None:
    response = as_user(cast.client).get(reverse("contracts"), headers={"HX-Request": "true"})
    assert response.text.lstrip().startswith('<div id="contracts"')
    assert "HX-Request" in response["Vary"]


def test_the_widget_shows_five_and_the_way_to_the_others(cast: Cast, as_user, bind_many) -> None:
    bind_many(cast.newcomer, 12)
    text = as_user(cast.newcomer).get(reverse("contracts-widget")).text
    assert text.count("<li>") == 5
    assert "Все договоры (12)" in text


@pytest.mark.parametrize(
    ("page", "limit"),
    [("contracts", 5 + 8), ("contacts", 5 + 8), ("contracts-widget", 2 + 4), ("contracts-card", 2 + 4)],
)
def test_a_thousand_contracts_take_no_more_statements_than_six(
    cast: Cast, as_user, bind_many, statements, page, limit
) -> None:
    few, many = builders.user("few@example.com"), builders.user("many@example.com")
    for contract in bind_many(many, 1000)[:6]:
        builders.access(few, contract)
    counts = {statements(as_user(user), reverse(page)) for user in (few, many)}
    assert len(counts) == 1 and counts.pop() <= limit


@pytest.mark.parametrize("page", ["contracts", "contacts"])
def test_a_search_with_a_nul_byte_is_a_search_without_it(cast: Cast, as_user, page: str) -> None:
    client = as_user(cast.client)
    assert len(client.get(reverse(page), {"q": "\x00"}).context["page"]) == 3
    response = client.get(reverse(page), {"q": f"\x00{cast.contract.number}"})
    assert [contract.pk for contract in response.context["page"]] == [cast.contract.pk]
