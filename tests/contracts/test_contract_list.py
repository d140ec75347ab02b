"""«Договоры» of a person with several organisations, departments and roles: groups, filters, orders, Excel."""

import datetime as dt
from io import BytesIO

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from cabinet.contracts.models import Contract
from cabinet.contracts.roles import Role
from portal.demo import builders
from tests.cast import Cast

URL = "/cabinet/contracts/"


@pytest.fixture
def several(cast: Cast) -> dict[str, Contract]:
    """Six contracts of the newcomer: two organisations, two departments, two roles."""
    alder = builders.organisation(name="АО «Ольха»")
    birch = builders.organisation(name="ООО «Берёза»")
    north, south = builders.department(name="Северо-Запад"), builders.department(name="Юг")
    made = {}
    for place, (name, owner, department, role, category) in enumerate(
        (
            ("a1", alder, north, Role.ADMINISTRATOR, 3),
            ("b1", birch, north, Role.ENGINEER, 1),
            ("a2", alder, south, Role.ADMINISTRATOR, 2),
            ("b2", birch, south, Role.ADMINISTRATOR, 5),
            ("a3", alder, north, Role.ENGINEER, 4),
            ("b3", birch, south, Role.ACCOUNTANT, 6),
        )
    ):
        numbered = {
            "number": f"500{place}",
            "date": dt.date(2020 + place % 3, 1, 1 + place),
            "price_category": category,
        }
        made[name] = builders.contract(owner, department, **numbered)
        builders.access(cast.newcomer, made[name], role=role)
    builders.facility(made["b2"])
    return made


@pytest.fixture
def newcomer(cast: Cast, as_user) -> Client:
    return as_user(cast.newcomer)


def listed(client: Client, several: dict[str, Contract], **asked: object) -> list[str]:
    """The contracts of the page, by the names of the fixture."""
    names = {contract: name for name, contract in several.items()}
    return [names[each] for each in client.get(URL, asked).context["page"]]


def test_contracts_of_several_organisations_stand_below_their_names(newcomer: Client, several) -> None:
    answer = newcomer.get(URL)
    assert listed(newcomer, several) == ["a1", "a2", "a3", "b1", "b2", "b3"]
    for contract in several.values():
        assert contract.department.name in answer.text
    group = '<tr class="table__group">'
    assert answer.text.count(group) == 2
    assert answer.text.index("АО «Ольха» ") < answer.text.index("№ 5000") < answer.text.index("ООО «Берёза» ")


def test_in_another_order_each_row_names_its_organisation(newcomer: Client, several) -> None:
    text = newcomer.get(URL, {"sort": "number"}).text
    assert "table__group" not in text
    assert text.count("<li>АО «Ольха»</li>") == text.count("<li>ООО «Берёза»</li>") == 3


def test_one_organisation_is_no_group(cast: Cast, as_user) -> None:
    assert "table__group" not in as_user(cast.client).get(URL).text


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("number", ["a1", "b1", "a2", "b2", "a3", "b3"]),
        ("-number", ["b3", "a3", "b2", "a2", "b1", "a1"]),
        ("-organisation", ["b3", "b2", "b1", "a3", "a2", "a1"]),
        ("date", ["a1", "b2", "b1", "a3", "a2", "b3"]),
        ("-date", ["b3", "a2", "a3", "b1", "b2", "a1"]),
        ("department", ["a1", "b1", "a3", "a2", "b2", "b3"]),
        ("category", ["b1", "a2", "a1", "a3", "b2", "b3"]),
        ("-facilities", ["b2", "b3", "a3", "a2", "b1", "a1"]),
        ("role", ["a1", "a2", "b2", "b3", "b1", "a3"]),
        ("curator", ["a1", "a2", "a3", "b1", "b2", "b3"]),
        ("organisation__email", ["a1", "a2", "a3", "b1", "b2", "b3"]),
        ("--number; drop table", ["a1", "a2", "a3", "b1", "b2", "b3"]),
        ("\x00", ["a1", "a2", "a3", "b1", "b2", "b3"]),
    ],
)
def test_it_is_sorted_by_what_the_address_asks_for(newcomer: Client, several, sort, expected) -> None:
    assert listed(newcomer, several, sort=sort) == expected


def test_filters_by_organisation_department_and_role_live_in_the_address(newcomer: Client, several) -> None:
    alder, south = several["a1"].organisation_id, several["a2"].department_id
    assert listed(newcomer, several, organisation=alder) == ["a1", "a2", "a3"]
    assert listed(newcomer, several, department=south) == ["a2", "b2", "b3"]
    assert listed(newcomer, several, role="engineer") == ["a3", "b1"]
    assert listed(newcomer, several, organisation=alder, department=south, role="administrator") == ["a2"]
    assert listed(newcomer, several, q="юг", role="accountant") == ["b3"]
    page = newcomer.get(URL, {"organisation": alder, "q": "500"}).text
    assert f'<option value="{alder}" selected>' in page and 'value="500"' in page
    assert f"{reverse('contracts-file')}?organisation={alder}&amp;q=500" in page


def test_what_a_filter_cannot_leave_out_is_not_offered(cast: Cast, as_user, bind_many) -> None:
    bind_many(cast.newcomer, 60)
    text = as_user(cast.newcomer).get(URL).text
    assert 'name="q"' in text
    for name in ("organisation", "department", "role"):  # sixty organisations: the search finds them
        assert f'<select name="{name}"' not in text


@pytest.mark.parametrize("name", ["organisation", "department", "role"])
def test_a_strangers_or_no_filter_finds_nothing_and_tells_nothing(cast: Cast, newcomer: Client, several, name) -> None:
    foreign = {
        "organisation": cast.other_contract.organisation_id,
        "department": cast.other_department.pk,
        "role": "curator",
    }[name]
    answers = [newcomer.get(URL, {name: value}) for value in (foreign, "999999", "1" + "0" * 20, "' or 1=1", "-1")]
    for answer in answers:
        assert answer.status_code == 422
        assert answer.context["filter"].errors == {name: ["Выберите вариант из списка."]}
        assert not answer.context["page"].paginator.count
        assert "Проверьте условия поиска" in answer.text
        assert cast.other_contract.organisation.name not in answer.text


def test_a_row_leads_to_all_that_is_done_with_a_contract(cast: Cast, as_user) -> None:
    pk = cast.contract.pk
    text = as_user(cast.client).get(URL).text
    for name in ("contract-info", "readings", "contract-access", "contract-trail", "contract-unbind"):
        assert f'href="{reverse(name, args=[pk])}"' in text, name
    assert f'href="{reverse("access-add-many")}"' in text


@pytest.mark.parametrize("who", ["energetik", "accountant"])
def test_a_role_without_access_reads_why_instead_of_a_dead_button(cast: Cast, as_user, who: str) -> None:
    text = as_user(getattr(cast, who)).get(URL).text
    assert reverse("contract-access", args=[cast.contract.pk]) not in text
    assert reverse("contract-trail", args=[cast.contract.pk]) not in text
    assert "не позволяет управлять доступом." in text
    assert reverse("contract-unbind", args=[cast.contract.pk]) in text
    assert reverse("access-add-many") not in text


@pytest.mark.parametrize("url", [URL, "/cabinet/contracts/widget/", "/cabinet/contracts/card/"])
def test_the_last_day_of_an_access_is_told(cast: Cast, as_user, url: str) -> None:
    until = dt.date(2099, 12, 31)
    builders.access(cast.newcomer, cast.contract, until=until)
    assert "доступ действует по 31.12.2099" in as_user(cast.newcomer).get(url).text


def test_the_card_of_the_profile_has_what_the_manual_names(cast: Cast, as_user) -> None:
    text = as_user(cast.client).get(reverse("contracts-card")).text
    for words in ("Управление доступом", "Отвязать договор", "Передать показания"):
        assert text.count(words) == 3
    assert (
        reverse("contract-access", args=[cast.contract.pk])
        not in as_user(cast.accountant).get(reverse("contracts-card")).text
    )


def sheet_of(client: Client, **asked: object):
    answer = client.get(reverse("contracts-file"), asked)
    return openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).active


def test_excel_has_what_is_found_in_its_order(newcomer: Client, several) -> None:
    sheet = sheet_of(newcomer, role="administrator", sort="-number")
    rows = list(sheet.iter_rows(min_row=4, values_only=True))
    assert [row[0] for row in rows] == ["5003", "5002", "5000"]
    first = dict(zip([cell.value for cell in sheet[3]], rows[0], strict=True))
    assert first["Организация"] == "ООО «Берёза»" and first["ИНН"] == several["b2"].organisation.inn
    assert (first["Отделение"], first["Ценовая категория"], first["Объектов"]) == ("Юг", 5, 1)
    assert (first["Ваша роль"], first["Доступ действует по"]) == ("Администратор", None)


def test_excel_says_what_it_was_filtered_by(newcomer: Client, several) -> None:
    assert sheet_of(newcomer, role="administrator")["A1"].value == "Договоры. Ваша роль: Администратор"


def test_excel_of_a_wrong_filter_leads_back_to_the_list_that_says_so(cast: Cast, newcomer: Client) -> None:
    asked = {"organisation": cast.organisation.pk}
    answer = newcomer.get(reverse("contracts-file"), asked)
    assert answer.status_code == 302 and answer.url == f"{URL}?organisation={cast.organisation.pk}"
    assert newcomer.get(answer.url).status_code == 422


@pytest.mark.parametrize("name", ["=1+1", "+7", "-2", "@SUM(A1)", "\tx"])
def test_a_name_that_looks_like_a_formula_stays_text(cast: Cast, as_user, name: str) -> None:
    type(cast.organisation).objects.filter(pk=cast.organisation.pk).update(name=name)
    cell = sheet_of(as_user(cast.client)).cell(4, 3)
    assert (cell.data_type, cell.value) == ("s", name)
