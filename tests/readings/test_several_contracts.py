"""«Показания по договорам»: the table of a person's contracts, and one press for those that are ready."""

import datetime as dt
import io
import re

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from cabinet.common import periods
from cabinet.contracts.models import ReceptionWindow
from cabinet.contracts.trail.recording import ContractLogEntry
from cabinet.readings.models import HandedOverAct, Reading
from cabinet.readings.overview import contract_counts, facility_heads
from cabinet.readings.permissions import can_print_act
from cabinet.readings.several import counts_of_contracts, rows_of
from cabinet.readings.statuses import Acceptance, ContractState
from portal.demo import builders
from tests.cast import metered

BY_HTMX = {"HX-Request": "true"}
TABLE = reverse("readings-contracts")
SEND = reverse("readings-contracts-send")
SENT = {"sent": 1010, "sent_at": timezone.now()}


@pytest.fixture
def table(cast, as_user):
    def got(query=None, user=None, **headers):
        answer = as_user(user or cast.client).get(TABLE, query or {}, headers=headers)
        assert answer.status_code == 200
        return answer.content.decode()

    return got


@pytest.fixture
def press(cast, as_user):
    def pressed(data=None, user=None):
        return as_user(user or cast.client).post(SEND, data or {}, headers=BY_HTMX)

    return pressed


@pytest.fixture
def key(period):
    return lambda contract: f"{contract.pk}@{periods.code(period)}"


def said(answer):
    text = answer if isinstance(answer, str) else answer.content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def draft(register, period, value=1010, **fields):
    return Reading.objects.create(register=register, period=period, draft=value, draft_at=timezone.now(), **fields)


def numbers(text):
    return re.findall(r'<th scope="row"><a class="nowrap"[^>]*>№ (\d+)', text)


def row_of(cast, contract, user=None):
    user = user or cast.client
    return next(row for row in rows_of(user, contract.__class__.objects.for_user(user)) if row.contract == contract)


def test_the_table_holds_the_persons_contracts_with_their_counts(cast, period, previous, table):
    draft(cast.register, period)
    draft(cast.signed_register, period, warning="Намного больше")
    text = table()
    assert sorted(numbers(text)) == sorted(
        contract.number for contract in (cast.contract, cast.signed_contract, cast.third_contract)
    )
    assert "ООО «Вымпел-Снаб»" in text and "приём до" in text
    assert "Заполнено частично" in text and "Проверьте показания" in text and "Нет приборов учёта" in text
    sheet = reverse("readings-period", args=[cast.signed_contract.pk, period])
    assert f'href="{sheet}?show=warning"' in text


def test_others_see_nothing_and_an_engineer_counts_his_facilities(cast, period, previous, table):
    draft(cast.second_register, period)
    assert cast.contract.number not in table(user=cast.other)
    assert "Нет договоров, по которым вы передаёте показания" in table(user=cast.accountant)
    assert "Нет договоров" in table(user=cast.newcomer)
    assert row_of(cast, cast.contract, cast.energetik).counts.total == 1


@pytest.mark.parametrize(
    ("first", "second", "state"),
    [
        ({}, {}, ContractState.EMPTY),
        ({"draft": 5}, {}, ContractState.PARTLY),
        (SENT, {}, ContractState.PARTLY),
        ({"draft": 5}, SENT, ContractState.READY),
        ({"draft": 5}, {"draft": 5}, ContractState.READY),
        (SENT, SENT | {"acceptance": Acceptance.ACCEPTED}, ContractState.SENT),
        ({"draft": 5}, {"draft": 5, "warning": "Намного больше"}, ContractState.QUESTION),
        ({"draft": 5}, {"draft_text": "abc", "problem": "Ошибка значности"}, ContractState.WRONG),
        (SENT, SENT | {"acceptance": Acceptance.REJECTED}, ContractState.REJECTED),
    ],
)
def test_the_badge_says_what_stops_the_sending(cast, period, first, second, state):
    for register, values in ((cast.register, first), (cast.second_register, second)):
        Reading.objects.create(register=register, period=period, **values)
    assert row_of(cast, cast.contract).state is state


def test_the_counts_are_those_of_the_contracts_own_page(cast, period, previous):
    broken = builders.register(builders.meter(cast.register.meter.point, state="faulty"))
    Reading.objects.create(register=broken, period=period, draft=1020, **SENT)
    draft(cast.register, period)
    Reading.objects.create(register=cast.second_register, period=period, acceptance=Acceptance.REJECTED, **SENT)
    last = periods.shift(period, -1)
    counted = counts_of_contracts(cast.client, {period, last})
    for each in (period, last):
        heads = facility_heads(cast.client, cast.contract, each)
        assert counted[cast.contract.pk, each] == contract_counts(heads)


def test_a_ready_contract_is_ticked_and_a_partly_filled_one_is_not(cast, period, previous, table, key):
    draft(cast.register, period)
    draft(cast.signed_register, period)
    text = table()
    boxes = dict(re.findall(r'name="contract" value="([^"]+)"[^>]*?( checked)?>', text))
    assert boxes == {key(cast.contract): "", key(cast.signed_contract): " checked"}


def test_each_contract_has_its_own_windows_period(cast, period, table):
    last = periods.shift(period, -1)
    ReceptionWindow.objects.all().delete()
    builders.window(cast.department, period=last, closes_at=timezone.now() + dt.timedelta(days=1))
    assert row_of(cast, cast.contract).period == last
    assert row_of(cast, cast.other_contract, cast.other).window is None
    assert "не назначен" in table(user=cast.other)


@pytest.mark.parametrize("own", [True, False], ids=["of the department", "common"])
@pytest.mark.parametrize("days", [30, 480, 1000])
def test_the_table_and_the_contracts_own_pages_look_for_what_is_due_in_the_same_windows(
    cast, period, as_user, days, own
):
    ReceptionWindow.objects.all().delete()
    closed = timezone.now() - dt.timedelta(days=days)
    last = periods.period_of(closed.date())
    builders.window(cast.department if own else None, period=last, closes_at=closed, opens_at=closed - dt.timedelta(3))
    row = row_of(cast, cast.contract)
    page = as_user(cast.client).get(reverse("readings", args=[cast.contract.pk])).context
    assert (row.period, row.entry.reason) == (page["period"], page["entry"].reason)
    assert row.period == (last if days < 500 else period)
    assert can_print_act(cast.contract, row.period)


def test_the_window_of_a_period_long_past_still_says_when_it_closed(cast, period, as_user, press):
    closed = timezone.now() - dt.timedelta(days=1000)
    past = periods.period_of(closed.date())
    builders.window(cast.department, period=past, closes_at=closed, opens_at=closed - dt.timedelta(3))
    page = as_user(cast.client).get(reverse("readings-period", args=[cast.contract.pk, past]))
    assert "закончился" in page.context["entry"].reason
    assert page.context["entry"].reason in said(press({"contract": f"{cast.contract.pk}@{periods.code(past)}"}))


def test_a_closed_window_says_why_and_offers_nothing(cast, period, previous, table):
    draft(cast.register, period)
    past = timezone.now() - dt.timedelta(minutes=1)
    ReceptionWindow.objects.update(opens_at=past - dt.timedelta(days=1), closes_at=past)
    text = table()
    assert "закончился" in text and "Приём закрыт" in text and 'name="contract"' not in text


def test_a_handed_over_act_closes_its_contract_alone(cast, period, previous):
    HandedOverAct.objects.create(contract=cast.contract, period=period)
    assert not row_of(cast, cast.contract).entry
    assert row_of(cast, cast.signed_contract).entry


def test_search_and_state_narrow_the_table(cast, period, previous, table):
    draft(cast.signed_register, period)
    assert numbers(table({"q": cast.contract.number})) == [cast.contract.number]
    assert len(numbers(table({"q": "вымпел"}))) == 3
    assert numbers(table({"state": "ready"})) == [cast.signed_contract.number]
    assert "Ничего не найдено" in table({"q": "нет такого"})


def test_columns_sort_both_ways(cast, period, previous, table):
    draft(cast.signed_register, period)
    first = numbers(table())
    assert first == sorted(first)
    assert numbers(table({"sort": "-number"})) == first[::-1]
    assert numbers(table({"sort": "-ready"}))[0] == cast.signed_contract.number
    assert 'aria-sort="descending"' in table({"sort": "-ready"})
    for column in ("organisation", "period", "warning", "wrong", "missing", "sent", "state"):
        assert len(numbers(table({"sort": column}))) == 3


@pytest.mark.parametrize(
    "query",
    [{"sort": "--ready"}, {"sort": "нет"}, {"state": "\x00"}, {"q": "\x00"}, {"q": "%'\""}, {"page": "9" * 30}],
)
def test_rubbish_in_the_address_breaks_nothing(table, query):
    table(query)


def test_many_contracts_come_in_pages_and_all_ready_ones_by_one_press(cast, period, table, press, monkeypatch):
    monkeypatch.setattr("cabinet.readings.views.contracts.PAGE_SIZE", 2)
    for number in range(3):
        contract = builders.contract(cast.organisation, cast.department)
        builders.access(cast.client, contract)
        draft(metered(contract, f"Объект {number}"), period)
    text = table({"sort": "number"})
    assert len(numbers(text)) == 2 and "Передать все готовые договоры (3)" in text
    ready = re.search(r'name="all_ready" value="([^"]+)"', text).group(1)
    words = said(press({"all": "1", "all_ready": ready, "contract": "999@2026-01"}))
    assert "Будет передано 3 показания по 3 из 3 договоров" in words


def test_a_window_sums_up_before_anything_is_sent(cast, period, previous, press, key):
    draft(cast.register, period)
    draft(cast.signed_register, period)
    answer = press({"contract": [key(cast.contract), key(cast.signed_contract)]})
    words = said(answer)
    assert "Будет передано 2 показания по 2 из 2 договоров" in words
    assert "Расход по ним 810,00 кВт·ч" in words
    assert f"№ {cast.contract.number}" in words and "800,00" in words and "10,00" in words
    assert not Reading.objects.of_period(period).filter(sent__isnull=False).exists()


def test_each_contract_is_sent_and_its_result_told(cast, period, previous, press, key):
    draft(cast.register, period)
    draft(cast.signed_register, period)
    answer = press({"asked": "1", "keys": f"{key(cast.contract)},{key(cast.signed_contract)}"})
    assert "readingsSent" in answer.headers["HX-Trigger"]
    words = said(answer)
    assert "Передано в расчет: 2 показания по 2 договорам." in words
    assert "Расход по переданным 810,00 кВт·ч" in words
    assert Reading.objects.of_period(period).filter(sent__isnull=False).count() == 2
    trail = ContractLogEntry.objects.filter(action="readings.send")
    assert {entry.contract_id for entry in trail} == {cast.contract.pk, cast.signed_contract.pk}


def test_pressed_twice_it_sends_once(cast, period, previous, press, key):
    draft(cast.register, period)
    press({"asked": "1", "keys": key(cast.contract)})
    assert "Нет показаний, готовых к передаче." in said(press({"asked": "1", "keys": key(cast.contract)}))
    assert ContractLogEntry.objects.filter(action="readings.send").count() == 1


def test_doubts_and_errors_stay_behind(cast, period, previous, press, key):
    draft(cast.register, period)
    draft(cast.second_register, period, warning="Намного больше")
    words = said(press({"asked": "1", "keys": key(cast.contract)}))
    assert "Передано в расчет: 1 показание по 1 договору." in words
    assert Reading.objects.get(register=cast.second_register, period=period).sent is None


def test_one_that_is_refused_stops_no_other(cast, period, previous, press, key):
    draft(cast.register, period)
    draft(cast.signed_register, period)
    HandedOverAct.objects.create(contract=cast.contract, period=period)
    both = f"{key(cast.contract)},{key(cast.signed_contract)}"
    assert "Показания не принимаются: 1 договор." in said(press({"keys": both}))
    words = said(press({"asked": "1", "keys": both}))
    assert "Передано в расчет: 1 показание по 1 договору." in words
    assert "Не передано: 1 договор." in words and "Ведомость передана на подпись" in words
    assert Reading.objects.get(register=cast.register, period=period).sent is None


def test_a_foreign_contract_in_the_form_is_not_found_and_nothing_is_sent(cast, period, previous, press, key):
    draft(cast.register, period)
    draft(cast.other_register, period)
    both = f"{key(cast.contract)},{key(cast.other_contract)}"
    assert press({"asked": "1", "keys": both}).status_code == 404
    assert press({"keys": key(cast.contract)}, user=cast.accountant).status_code == 403
    assert press({"keys": key(cast.contract)}, user=cast.newcomer).status_code == 404
    assert not Reading.objects.of_period(period).filter(sent__isnull=False).exists()


@pytest.mark.parametrize(
    "keys", ["abc", "1", "1@", "@2026-11", "1@2026-13", "99999999999999999999@2026-11", "١@2026-11"]
)
def test_rubbish_for_a_contract_is_not_found(press, keys):
    assert press({"asked": "1", "keys": keys}).status_code == 404


def test_nothing_ticked_is_said(press):
    answer = press()
    assert answer.status_code == 422 and "Отметьте договоры" in said(answer)


def test_an_engineer_sends_only_his_facilities(cast, period, previous, press, key):
    draft(cast.register, period)
    draft(cast.second_register, period)
    assert "1 показание по 1 договору" in said(press({"asked": "1", "keys": key(cast.contract)}, user=cast.energetik))
    assert Reading.objects.get(register=cast.second_register, period=period).sent is None


def test_the_statements_of_the_window_do_not_grow_with_the_contracts(
    cast, period, key, as_user, django_assert_max_num_queries
):
    keys = [key(cast.contract)]
    for number in range(10):
        contract = builders.contract(cast.organisation, cast.department)
        builders.access(cast.client, contract)
        draft(metered(contract, f"Объект {number}"), period)
        keys.append(key(contract))
    client = as_user(cast.client)
    with django_assert_max_num_queries(9):
        client.post(SEND, {"keys": ",".join(keys)}, headers=BY_HTMX)


def test_the_table_is_downloaded_as_it_is_filtered(cast, period, previous, as_user):
    draft(cast.register, period)
    answer = as_user(cast.client).get(reverse("readings-contracts-file"), {"q": cast.contract.number})
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    rows = [[cell for cell in row if cell is not None] for row in book.active.iter_rows(values_only=True)]
    assert rows[0] == ["Показания по договорам"]
    row = rows[-1]
    assert (row[0], row[2]) == (cast.contract.number, "ООО «Вымпел-Снаб»")
    assert row[5:] == [1, 0, 0, 1, 0, 2, "Заполнено частично"]


@pytest.mark.parametrize("name", ["readings-contracts", "readings-contracts-file"])
def test_the_table_is_only_read(cast, as_user, name):
    assert as_user(cast.client).post(reverse(name)).status_code == 405


def test_the_ways_to_the_table(cast, period, as_user):
    sheet = reverse("readings-period", args=[cast.contract.pk, period])
    client = as_user(cast.client)
    assert f'href="{TABLE}">Все договоры' in client.get(sheet).content.decode()
    assert f'href="{TABLE}"' in client.get(reverse("contracts")).content.decode()
    assert TABLE not in as_user(cast.energetik).get(sheet).content.decode()
    assert TABLE not in as_user(cast.accountant).get(reverse("contracts")).content.decode()


def test_a_curator_of_the_supplier_has_no_contracts_here(cast, as_user, table):
    assert "Нет договоров" in table(user=cast.curator)
