"""The lists with ticks of «Добавить пользователя»: ten thousand facilities stay a short form."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from cabinet.accounts.models import User
from cabinet.contracts.forms.picker import MOST_SENT, SHOWN, TOO_MANY, Picker
from cabinet.contracts.models import Facility
from tests.cast import Cast
from tests.walls.statements import statements

MANY = 120


@pytest.fixture
def admin(cast: Cast, as_user: Callable[[User], Client]) -> Client:
    return as_user(cast.client)


@pytest.fixture
def many(cast: Cast) -> list[Facility]:
    """Facilities of the third contract, which has no other."""
    rows = (
        Facility(contract=cast.third_contract, name=f"Объект {n:05d}", address=f"ул. Заводская, {n}")
        for n in range(MANY)
    )
    return Facility.objects.bulk_create(rows)


@pytest.fixture
def press(cast: Cast, admin: Client) -> Callable[..., HttpResponse]:
    """Presses a button of the list with what the page would send."""

    def pressed(step: str, shown_of: HttpResponse | None = None, **fields: Any) -> HttpResponse:
        sent: dict[str, Any] = {"role": "engineer", "scope": "chosen", "email": "x@example.com", "step": step}
        if shown_of is not None:
            before = picker_of(shown_of)
            sent["facility"] = [row.pk for row in before.shown if row.ticked]
            sent |= {"facility_kept": ",".join(map(str, before.kept)), "facility_searched": before.query}
        return admin.post(reverse("access-add", args=[cast.third_contract.pk]), sent | fields)

    return pressed


def picker_of(response: HttpResponse) -> Picker:
    assert response.status_code == 200
    return response.context["form"].facilities


@pytest.mark.parametrize("step", ["find", "facility:search", "contract:all"])
@pytest.mark.parametrize("field", ["contract_kept", "facility_kept"])
def test_more_ticks_than_anybody_has_are_refused_in_words(cast: Cast, admin: Client, step: str, field: str) -> None:
    flood = ",".join(map(str, range(1, MOST_SENT + 2)))
    sent = {"role": "engineer", "scope": "chosen", "email": "x@example.com", "step": step}
    response = admin.post(reverse("access-add-many"), sent | {"contract": cast.contract.pk, field: flood})
    assert response.status_code == 422 and TOO_MANY in response.text


def test_a_long_list_shows_its_beginning_and_how_to_find_the_rest(many: list, press: Callable) -> None:
    response = press("facility:search")
    picker = picker_of(response)
    assert (len(picker.shown), picker.found, picker.total, picker.searchable) == (SHOWN, MANY, MANY, True)
    assert "Показаны первые 50 из 120" in response.text


def test_a_short_list_is_not_searched(cast: Cast, admin: Client) -> None:
    response = admin.get(reverse("access-add", args=[cast.contract.pk]))
    assert not picker_of(response).searchable and 'name="facility_q"' not in response.text


def test_a_contract_without_facilities_says_so(press: Callable) -> None:
    assert "В договоре пока нет объектов." in press("facility:search").text


@pytest.mark.parametrize("text", ["00077", "Заводская, 77", " объект 00077 "])
def test_a_search_finds_by_name_and_address_in_any_case(many: list, press: Callable, text: str) -> None:
    assert [row.name for row in picker_of(press("facility:search", facility_q=text)).shown] == ["Объект 00077"]


def test_what_is_ticked_stays_chosen_while_the_list_changes(many: list, press: Callable) -> None:
    first = press("facility:search", facility_q="00001", facility=[many[1].pk])
    second = press("facility:search", first, facility_q="00002")
    assert picker_of(second).kept == [many[1].pk]
    third = press("facility:search", second, facility=[many[2].pk], facility_q="")
    assert picker_of(third).chosen == {many[1].pk, many[2].pk}
    assert [row.pk for row in picker_of(press("facility:chosen", third)).shown] == [many[1].pk, many[2].pk]


def test_all_that_was_found_is_chosen_by_one_press_and_taken_back_by_another(many: list, press: Callable) -> None:
    found = press("facility:all", facility_q="0001")
    assert len(picker_of(found).chosen) == 11
    everything = press("facility:all", found, facility_q="")
    assert len(picker_of(everything).chosen) == MANY and len(picker_of(everything).kept) == MANY - SHOWN
    fewer = press("facility:none", everything, facility_q="0001")
    assert len(picker_of(fewer).chosen) == MANY - 11


def test_enter_in_the_search_searches_and_looks_for_nobody(many: list, press: Callable) -> None:
    response = press("enter", facility_q="00077", facility_searched="")
    assert [row.name for row in picker_of(response).shown] == ["Объект 00077"]
    assert "Пользователь не найден" not in response.text
    again = press("enter", facility_q="00077", facility_searched="00077", facility=[many[77].pk])
    assert "Пользователь не найден. Пригласить?" in again.text


@pytest.mark.parametrize("text", ["%", "_", "'", "\x00", "<b>", "я" * 5000])
def test_odd_searches_find_nothing_and_break_nothing(many: list, press: Callable, text: str) -> None:
    response = press("facility:search", facility_q=text)
    if text not in ("\x00",):
        assert "Ничего не найдено." in response.text
    assert "<b>" not in response.text.replace("&lt;b&gt;", "")


def test_ten_thousand_facilities_stay_a_short_page_of_few_statements(cast: Cast, admin: Client) -> None:
    url = reverse("access-add", args=[cast.third_contract.pk])
    few = statements(admin, url)
    Facility.objects.bulk_create(Facility(contract=cast.third_contract, name=f"Объект {n:05d}") for n in range(10_000))
    assert len(statements(admin, url)) <= len(few) + 1  # counting what is not shown
    assert len(admin.get(url).content) < 60_000
    chosen = {"step": "facility:all", "role": "engineer", "scope": "chosen", "email": "newcomer@example.com"}
    kept = picker_of(admin.post(url, chosen)).all_chosen
    assert len(kept) == 10_000
    sent = chosen | {"step": "confirm", "person": cast.newcomer.pk, "facility_kept": ",".join(map(str, kept))}
    assert admin.post(url, sent).status_code == 302
    assert Facility.objects.for_user(cast.newcomer).count() == 10_000
