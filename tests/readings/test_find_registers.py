"""Search and filters of «Передача показаний», pages of facilities, and what stays that of the whole contract."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from cabinet.metering.models import Register
from cabinet.readings.filters import RegisterFilter, Show
from cabinet.readings.models import Reading
from cabinet.readings.overview import contract_counts, facility_heads
from cabinet.readings.statuses import Acceptance
from portal.demo import builders

BY_HTMX = {"HX-Request": "true"}
BY_SCRIPT = {"X-Requested-With": "fetch"}
SENT = {"sent": 1010, "sent_at": timezone.now()}
STATES = {
    Show.MISSING: [{}, None],
    Show.WRONG: [{"draft_text": "abc", "problem": "Ошибка значности"}],
    Show.DOUBTFUL: [{"draft": 5, "warning": "Намного больше"}],
    Show.REJECTED: [SENT | {"acceptance": Acceptance.REJECTED}],
    None: [{"draft": 5}, SENT, SENT | {"acceptance": Acceptance.ACCEPTED}],
}


@pytest.fixture
def address(cast, period):
    return reverse("readings-period", args=[cast.contract.pk, period])


@pytest.fixture
def shown(cast, address, as_user):
    def got(query=None, user=None, **headers):
        answer = as_user(user or cast.client).get(address, query or {}, headers=headers)
        assert answer.status_code == 200
        return answer.content.decode()

    return got


def lines(text):
    return {int(pk) for pk in re.findall(r'data-register="(\d+)"', text)}


def facilities(text):
    return {int(pk) for pk in re.findall(r'id="facility-(\d+)"', text)}


def counts(text):
    return {name: int(re.sub(r"\D", "", n)) for name, n in re.findall(r'id="count-(\w+)">([^<]*)<', text)}


def filled(register, period, **values):
    return Reading.objects.create(register=register, period=period, **values)


def many(facility, number):
    """So many more registers of the facility."""
    point = builders.point(facility)
    return [builders.register(builders.meter(point)) for _ in range(number)]


def named(show):
    return lambda registers, period: set(
        RegisterFilter({"show": show.value}, registers, period).qs.values_list("pk", flat=True)
    )


def test_each_filter_holds_exactly_the_registers_in_its_state(cast, period):
    expected = {show: set() for show in Show}
    for broken in (False, True):
        state = "faulty" if broken else "working"
        for show, rows in STATES.items():
            for values in rows:
                register = builders.register(builders.meter(cast.register.meter.point, state=state))
                if values is not None:
                    filled(register, period, **values)
                if show is not None and (not broken or show is Show.REJECTED):
                    expected[show].add(register.pk)
    expected[Show.MISSING] |= {cast.register.pk, cast.second_register.pk}
    registers = Register.objects.of_contract(cast.contract)
    counted = contract_counts(facility_heads(cast.client, cast.contract, period))
    for show in Show:
        assert named(show)(registers, period) == expected[show], show
        assert getattr(counted, show.state) == len(expected[show]), show


def test_what_was_sent_counts_when_the_meter_broke_over_a_correction(cast, period):
    register = builders.register(builders.meter(cast.register.meter.point, state="faulty"))
    filled(register, period, draft=1020, **SENT)
    counted = contract_counts(facility_heads(cast.client, cast.contract, period))
    assert (counted.total, counted.sent, counted.missing) == (3, 1, 2)


@pytest.mark.parametrize(
    "words",
    ["склад", "КОРПУС А", "лобненская", "№ {serial}", "{serial}", "{point}", "склад, {serial}", "{point} корпус"],
)
def test_a_register_is_found_by_facility_address_serial_and_point(cast, shown, words):
    cast.second_facility.address = "Тула, пр. Ленина, 4"
    cast.second_facility.save()
    meter = cast.register.meter
    text = shown({"q": words.format(serial=meter.serial, point=meter.point.name.upper())})
    assert lines(text) == {cast.register.pk}
    assert facilities(text) == {cast.facility.pk}


def test_a_long_search_looks_for_the_first_eight_different_words(cast, period):
    def found(text):
        return RegisterFilter({"q": text}, Register.objects.of_contract(cast.contract), period).found

    def compared(text):
        return str(found(text).query).count("LIKE") + str(found(text).query).count("UPPER(")

    point = cast.register.meter.point.name
    assert compared(" ".join("абвгдежзийклмнопрст")) == compared("а б в г д е ж з")
    assert compared("склад, Склад; СКЛАД № склад") == compared("склад") == compared(", склад ;")
    assert cast.register in found(f"{point} " * 5)
    assert cast.register not in found("склад такогослованет")


def test_a_filter_leaves_its_lines_and_their_facilities(cast, period, previous, shown):
    more = many(cast.facility, 2)
    filled(more[0], period, draft_text="abc", problem="Показание — число")
    filled(cast.second_register, period, draft=1010)
    text = shown({"show": "wrong"})
    assert lines(text) == {more[0].pk} and facilities(text) == {cast.facility.pk}
    assert "найдено 1 из 3" in text
    assert lines(shown({"show": "missing"})) == {cast.register.pk, more[1].pk}
    assert lines(shown({"show": "missing", "q": more[1].meter.serial})) == {more[1].pk}


def test_the_filters_are_links_with_their_counts(cast, period, shown):
    filled(cast.register, period, draft=5, warning="Намного больше")
    text = shown()
    assert counts(text) == {"all": 2, "missing": 1, "wrong": 0, "warning": 1}
    assert "не заполнены" in text and "с ошибкой" in text and "с предупреждением" in text
    within = shown({"q": cast.second_facility.name})
    assert counts(within) == {"all": 1, "missing": 1, "wrong": 0, "warning": 0}
    link = re.search(r'href="([^"]*)" id="show-missing"|id="show-missing"[^>]*href="([^"]*)"', within) or re.search(
        r'<a class="choice" id="show-missing" href="([^"]*)"', within
    )
    assert "q=" in link.group(0) and "show=missing" in link.group(0)


def test_what_the_supplier_rejected_has_a_filter_of_its_own(cast, period, shown):
    filled(cast.register, period, acceptance=Acceptance.REJECTED, **SENT)
    assert counts(shown())["rejected"] == 1
    assert lines(shown({"show": "rejected"})) == {cast.register.pk}


def test_the_foot_and_the_total_stay_the_whole_contracts(cast, period, previous, shown):
    filled(cast.register, period, draft=1010)
    text = shown({"q": cast.second_facility.name})
    assert "Готово к передаче 1" in text and "не передано 2 из 2" in text
    assert "<b>800,00 кВт·ч</b>" in text


def test_nothing_found_is_said_with_a_way_back(shown, address):
    text = shown({"q": "нет такого прибора"})
    assert "Ничего не найдено" in text
    assert f'href="{address}"' in text and "Показать все объекты" in text
    assert "Ничего не найдено" in shown({"show": "wrong"})


@pytest.mark.parametrize(
    "query",
    [
        {"q": "\x00"},
        {"q": "%_\\'\""},
        {"q": "<script>alert(1)"},
        {"q": "а" * 5000},
        {"q": "№ , ;"},
        {"show": "нет"},
        {"show": "\x00"},
        {"show": ["wrong", "missing"]},
        {"page": "999999999999999999999"},
        {"page": "-1"},
        {"open": "9" * 40},
        {"open": "1", "after": "9" * 18},
    ],
)
def test_rubbish_in_the_address_breaks_nothing(shown, query):
    assert "<script>alert(1)" not in shown(query)


def test_an_engineer_finds_only_his_facilities(cast, shown):
    assert lines(shown({"show": "missing"}, user=cast.energetik)) == {cast.register.pk}
    assert lines(shown({"q": cast.second_register.meter.serial}, user=cast.energetik)) == set()


def test_the_script_gets_the_sheet_alone(shown):
    text = shown({"show": "missing"}, **BY_HTMX)
    assert text.lstrip().startswith('<div id="sheet"') and "<html" not in text


def test_a_big_contract_shows_what_was_found_at_once_when_it_is_little(cast, period, shown):
    many(cast.second_facility, 70)
    filled(cast.register, period, draft_text="abc", problem="Показание — число")
    assert lines(shown()) == set()
    assert lines(shown({"show": "wrong"})) == {cast.register.pk}
    text = shown({"show": "missing"})
    assert lines(text) == set()
    assert facilities(text) == {cast.second_facility.pk}
    assert "найдено 71 из 71" in text


def test_a_facility_unfolds_to_what_was_found(cast, period, as_user):
    more = many(cast.second_facility, 70)
    filled(more[3], period, draft=5)
    address = reverse("readings-facility", args=[cast.contract.pk, period, cast.second_facility.pk])
    client = as_user(cast.client)
    found = lines(client.get(address, {"show": "missing"}, headers=BY_HTMX).content.decode())
    assert found == {cast.second_register.pk, *(register.pk for register in more)} - {more[3].pk}
    answer = client.get(address, {"show": "missing"})
    assert "show=missing" in answer.url and f"open={cast.second_facility.pk}" in answer.url
    assert lines(client.get(answer.url).content.decode()) == found


def test_a_very_big_facility_comes_in_parts(cast, period, as_user, monkeypatch):
    monkeypatch.setattr("cabinet.readings.unfolding.LINES_SHOWN", 40)
    more = many(cast.second_facility, 70)
    address = reverse("readings-facility", args=[cast.contract.pk, period, cast.second_facility.pk])
    client = as_user(cast.client)
    first = client.get(address, headers=BY_HTMX).content.decode()
    assert len(lines(first)) == 40 and "ещё 31" in first
    rest = client.get(address, {"after": "40"}, headers=BY_HTMX).content.decode()
    assert lines(first) | lines(rest) == {cast.second_register.pk, *(register.pk for register in more)}
    assert "Показать следующие" not in rest


def test_facilities_come_in_pages_and_the_asked_one_on_its_own(cast, period, shown, monkeypatch):
    monkeypatch.setattr("cabinet.readings.views.page.FACILITIES_SHOWN", 2)
    many(cast.second_facility, 70)
    last = builders.facility(cast.contract, name="Ящик учёта")
    builders.register(builders.meter(builders.point(last)))
    assert facilities(shown()) == {cast.second_facility.pk, cast.facility.pk}
    second = shown({"page": "2", "show": "missing"})
    assert facilities(second) == {last.pk}
    assert "show=missing&amp;page=1" in second or "page=1&amp;show=missing" in second
    asked = shown({"open": str(last.pk)})
    assert facilities(asked) == {last.pk} and "Ящик учёта" in asked and len(lines(asked)) == 1


def test_a_save_in_a_filtered_view_tells_the_new_counts(cast, period, previous, as_user):
    url = reverse("readings-save", args=[cast.contract.pk, period])
    data = {f"r{cast.register.pk}": "1010", f"v{cast.register.pk}": "0"}
    answer = as_user(cast.client).post(url, data, headers=BY_SCRIPT).json()
    assert answer["shows"] == {"all": "2", "missing": "1", "wrong": "0", "warning": "0"}
    assert list(answer["heads"]) == [str(cast.facility.pk)]
    assert "800,00" in answer["total"]
    url += f"?q={cast.second_register.meter.serial}"
    data = {f"r{cast.second_register.pk}": "abc", f"v{cast.second_register.pk}": "0"}
    answer = as_user(cast.client).post(url, data, headers=BY_SCRIPT).json()
    assert answer["shows"] == {"all": "1", "missing": "0", "wrong": "1", "warning": "0"}


def test_a_save_over_facilities_of_a_big_contract_keeps_their_totals(cast, period, previous, as_user):
    many(cast.second_facility, 70)
    url = reverse("readings-save", args=[cast.contract.pk, period])
    data = {f"r{cast.register.pk}": "1010", f"r{cast.second_register.pk}": "1011"}
    answer = as_user(cast.client).post(url, data, headers=BY_SCRIPT).json()
    assert "800,00" in answer["heads"][str(cast.facility.pk)]
    assert "11,00" in answer["heads"][str(cast.second_facility.pk)]


def test_without_a_script_saving_comes_back_to_the_filter(cast, period, previous, as_user):
    url = reverse("readings-save", args=[cast.contract.pk, period]) + "?show=missing"
    answer = as_user(cast.client).post(url, {f"r{cast.register.pk}": "1010"})
    assert answer.url.endswith("?show=missing")


def test_a_window_that_is_due_is_found_among_long_history(cast, period, shown):
    for months in range(1, 30):
        earlier = (period.replace(day=1) - dt.timedelta(days=31 * months)).replace(day=1)
        if not cast.department.windows.filter(period=earlier).exists():
            builders.window(cast.department, period=earlier)
    assert "приём открыт до" in shown()
