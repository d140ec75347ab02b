"""«Журнал действий»: a contract's trail for its administrator."""

import datetime as dt
from io import BytesIO

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import registry

from cabinet.contracts.doors import Door
from cabinet.contracts.models import Contract
from cabinet.contracts.trail import recording
from cabinet.contracts.trail.recording import ContractLogEntry
from cabinet.contracts.wording import about
from tests.cast import Cast

MOSCOW = timezone.get_default_timezone()


def note(action: str, contract: Contract, actor: object, at: str, door: Door = Door.PAGE, **data: object) -> None:
    """An entry of the time in Moscow."""
    entry = recording.record(action=action, actor=actor, contract=contract, door=door, data=data)
    when = dt.datetime.strptime(at, "%d.%m.%Y %H:%M").replace(tzinfo=MOSCOW)
    ContractLogEntry.objects.filter(pk=entry.pk).update(timestamp=when)


@pytest.fixture
def told(cast: Cast) -> None:
    """Five entries of the client's contract, one of another contract of his, one of a stranger's."""
    mine = cast.contract
    terms = about(cast.energetik, before="Бухгалтер, ко всему договору", terms="Энергетик, ко всему договору")
    note("contracts.access_changed", mine, cast.client, "02.11.2026 00:00", **terms)
    note("readings.send", mine, cast.energetik, "02.11.2026 23:59", period="2026-10", count=3)
    note("readings.upload", mine, cast.client, "03.11.2026 09:15", Door.EXCEL, period="2026-10", count=21)
    rejected = {"periods": ["2026-09", "2026-10"], "count": 1, "reason": "Нет фото счётчика"}
    note("readings.reject", mine, cast.curator, "04.11.2026 10:00", Door.OFFICE, **rejected)
    ContractLogEntry.objects.log_action(
        cast.facility,
        "wagtail.edit",
        user=cast.curator,
        data={"changed": ["адрес: — → Москва"]},
        timestamp=dt.datetime(2026, 11, 5, 12, 0, tzinfo=MOSCOW),
    )
    note("readings.send", cast.signed_contract, cast.client, "03.11.2026 09:00", period="2026-10", count=99)
    note("readings.send", cast.other_contract, cast.other, "03.11.2026 09:00", period="2026-10", count=77)


@pytest.fixture
def url(cast: Cast) -> str:
    return reverse("contract-trail", args=[cast.contract.pk])


@pytest.fixture
def client(cast: Cast, as_user) -> Client:
    return as_user(cast.client)


def lines(client: Client, url: str, **asked: object) -> list[tuple]:
    """What the page shows: when, who, what, why, through which door."""
    found = client.get(url, asked).context["lines"]
    return [(f"{timezone.localtime(one.at):%d.%m %H:%M}", one.who, one.what, one.why, one.door) for one in found]


def test_it_says_who_did_what_when_why_and_through_which_door(cast: Cast, client: Client, url: str, told) -> None:
    assert lines(client, url) == [
        (
            "05.11 12:00",
            "Сотрудник поставщика",
            f"Изменён объект: {cast.facility.name} (адрес: — → Москва)",
            "",
            "Сотрудник поставщика",
        ),
        (
            "04.11 10:00",
            "Сотрудник поставщика",
            "Показания не приняты в расчет: сентябрь 2026, октябрь 2026, 1 показание",
            "Нет фото счётчика",
            "Сотрудник поставщика",
        ),
        (
            "03.11 09:15",
            "Орлова Н. В.",
            "Введены показания из файла Excel: октябрь 2026, 21 показание",
            "",
            "Файл Excel",
        ),
        ("02.11 23:59", "Белов С. А.", "Показания переданы в расчет: октябрь 2026, 3 показания", "", "Личный кабинет"),
        (
            "02.11 00:00",
            "Орлова Н. В.",
            "Доступ изменён: Белов С. А. (energetik@example.com): "
            "Бухгалтер, ко всему договору → Энергетик, ко всему договору",
            "",
            "Личный кабинет",
        ),
    ]
    page = client.get(url).text
    assert "05.11.2026 12:00" in page and "Причина: Нет фото счётчика" in page
    assert "99 показаний" not in page and "77 показаний" not in page


def test_the_suppliers_staff_are_not_named(cast: Cast, client: Client, url: str, told) -> None:
    trail = client.get(url).text.partition("<main")[2].partition("</main>")[0]
    assert "Сотрудник поставщика" in trail
    assert cast.curator.last_name not in trail and cast.curator.email not in trail


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"at_from": "03.11.2026"}, ["05.11", "04.11", "03.11"]),
        ({"at_to": "02.11.2026"}, ["02.11", "02.11"]),
        ({"at_from": "2026-11-02", "at_to": "2026-11-02"}, ["02.11", "02.11"]),
        ({"kind": "access"}, ["02.11"]),
        ({"kind": "readings"}, ["04.11", "03.11", "02.11"]),
        ({"kind": "record"}, ["05.11"]),
        ({"kind": "metering"}, []),
        ({"door": "excel"}, ["03.11"]),
        ({"who": "staff"}, ["05.11", "04.11"]),
        ({"who": "staff", "kind": "readings", "at_from": "01.11.2026", "door": "office"}, ["04.11"]),
    ],
)
def test_it_is_filtered_by_day_kind_door_and_person(client: Client, url: str, told, asked, expected) -> None:
    assert [line[0][:5] for line in lines(client, url, **asked)] == expected


def test_a_person_is_found_by_what_he_did_himself(cast: Cast, client: Client, url: str, told) -> None:
    assert [line[0] for line in lines(client, url, who=cast.client.pk)] == ["03.11 09:15", "02.11 00:00"]
    offered = client.get(url).context["filter"].form.fields["who"].choices
    assert [value for value, _ in offered] == ["", "staff", str(cast.energetik.pk), str(cast.client.pk)]


def test_what_nobody_did_was_done_by_the_portal(cast: Cast, client: Client, url: str) -> None:
    note("contracts.request_withdrawn", cast.contract, None, "01.11.2026 10:00")
    assert [line[1] for line in lines(client, url, who="portal")] == ["Портал"]


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        ("at", "02.11 00:00"),
        ("-at", "05.11 12:00"),
        ("who", "02.11 23:59"),
        ("-who", "05.11 12:00"),
        ("door", "03.11 09:15"),
    ],
)
def test_it_is_sorted_by_the_columns(client: Client, url: str, told, sort: str, first: str) -> None:
    assert lines(client, url, sort=sort)[0][0] == first
    assert "aria-sort" in client.get(url, {"sort": sort}).text


@pytest.mark.parametrize(
    ("asked", "field", "said"),
    [
        ({"at_from": "31.02.2026"}, "at_from", "Такого дня нет в календаре."),
        ({"at_from": "01.01.0001"}, "at_from", "Введите год от 1990 до 2100."),
        ({"at_to": "9999-12-31"}, "at_to", "Введите год от 1990 до 2100."),
        ({"at_to": "вчера"}, "at_to", "Введите дату как ДД.ММ.ГГГГ, например 24.11.2026."),
        ({"at_from": "05.11.2026", "at_to": "04.11.2026"}, "at_to", "Дата «до» раньше даты «от»."),
        ({"who": "1" + "0" * 20}, "who", "Выберите вариант из списка."),
        ({"kind": "wagtail"}, "kind", "Выберите вариант из списка."),
        ({"door": "window"}, "door", "Выберите вариант из списка."),
    ],
)
def test_a_wrong_filter_is_told_at_its_field_and_shows_nothing(
    client: Client, url: str, told, asked, field, said
) -> None:
    answer = client.get(url, asked)
    assert answer.status_code == 422
    assert answer.context["filter"].errors == {field: [said]}
    assert said in answer.text and not answer.context["lines"]
    assert "Проверьте условия поиска" in answer.text


def test_a_stranger_as_a_person_is_told_as_nobody(cast: Cast, client: Client, url: str, told) -> None:
    answers = [client.get(url, {"who": who}) for who in (cast.other.pk, cast.curator.pk, 999_999)]
    assert {str(answer.context["filter"].errors) for answer in answers} == {str(answers[0].context["filter"].errors)}
    assert {answer.status_code for answer in answers} == {422}


@pytest.mark.parametrize("page", ["0", "-1", "1" + "0" * 20, "два", "\x00"])
def test_a_page_that_is_not_there_is_the_nearest(client: Client, url: str, told, page: str) -> None:
    assert client.get(url, {"page": page}).status_code == 200


def test_without_entries_it_says_what_will_stand_here(client: Client, url: str) -> None:
    assert "Записей пока нет" in client.get(url).text


def test_htmx_gets_the_list_alone(client: Client, url: str, told) -> None:
    answer = client.get(url, headers={"HX-Request": "true"})
    assert "<form" in answer.text and "<!doctype" not in answer.text and "<main" not in answer.text
    assert "HX-Request" in answer["Vary"]


@pytest.mark.parametrize("name", ["contract-trail", "contract-trail-file"])
def test_only_its_administrators_read_it(cast: Cast, as_user, name: str, told) -> None:
    address = reverse(name, args=[cast.contract.pk])
    for who, code in ((cast.energetik, 403), (cast.accountant, 403), (cast.other, 404), (cast.curator, 404)):
        assert as_user(who).get(address).status_code == code
    refused = as_user(cast.energetik).get(address).text
    assert "Роль «Энергетик» не позволяет смотреть журнал действий." in refused


def sheet_of(client: Client, contract: Contract, **asked: object):
    answer = client.get(reverse("contract-trail-file", args=[contract.pk]), asked)
    return openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).active


def test_excel_of_a_wrong_filter_leads_back_to_the_trail_that_says_so(client: Client, url: str, told) -> None:
    answer = client.get(f"{url}file/", {"door": "window"})
    assert answer.status_code == 302 and answer.url == f"{url}?door=window"


def test_excel_says_what_it_was_filtered_by(cast: Cast, client: Client, told) -> None:
    title = sheet_of(client, cast.contract, at_from="01.11.2026")["A1"].value
    assert title == f"Журнал действий. {cast.contract}. Дата: от 01.11.2026"


def test_excel_has_what_is_filtered_in_moscow_time(cast: Cast, client: Client, told) -> None:
    sheet = sheet_of(client, cast.contract, kind="readings", sort="at")
    rows = list(sheet.iter_rows(min_row=4, values_only=True))
    assert [row[0] for row in rows] == [
        dt.datetime(2026, 11, 2, 23, 59),
        dt.datetime(2026, 11, 3, 9, 15),
        dt.datetime(2026, 11, 4, 10, 0),
    ]
    assert rows[0][1:3] == ("Белов Сергей Андреевич", "energetik@example.com")
    assert (rows[2][1], rows[2][2] or "") == ("Сотрудник поставщика", "")
    assert rows[2][4] == "Нет фото счётчика"


def test_what_looks_like_a_formula_stays_text_in_excel(cast: Cast, client: Client) -> None:
    rejected = {"periods": [], "count": 1, "reason": "=HYPERLINK(1)"}
    note("readings.reject", cast.contract, cast.curator, "04.11.2026 10:00", Door.OFFICE, **rejected)
    cell = sheet_of(client, cast.contract).cell(4, 5)
    assert (cell.data_type, cell.value) == ("s", "=HYPERLINK(1)")


def test_names_are_text_and_never_markup(cast: Cast, client: Client, url: str) -> None:
    rejected = {"periods": [], "count": 1, "reason": "<script>alert(1)</script>"}
    note("readings.reject", cast.contract, cast.curator, "04.11.2026 10:00", Door.OFFICE, **rejected)
    assert "<script>alert(1)" not in client.get(url).text


def test_the_kinds_are_there_before_anything_was_ever_done(client: Client, url: str, monkeypatch) -> None:
    monkeypatch.setattr("cabinet.contracts.trail.reading._kinds", {})
    monkeypatch.setattr(registry, "has_scanned_for_actions", False)
    page = client.get(url, {"kind": "access"})
    assert page.status_code == 200
    assert "Показания</option>" in page.content.decode()
