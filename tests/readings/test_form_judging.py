"""Judging a form: what each row comes to, and that nothing is stored by it."""

import io

import pytest

from cabinet.common import periods
from cabinet.contracts.doors import Door
from cabinet.contracts.models import ContractAccess, ReceptionWindow
from cabinet.metering.statuses import MeterState
from cabinet.readings.actions import Entry, save_readings
from cabinet.readings.models import Reading
from cabinet.readings.workbook.findings import Findings, FindingsWriter, Group
from cabinet.readings.workbook.judging import Judge
from cabinet.readings.workbook.read import NO_CODE, FormRow
from portal.demo import builders

pytestmark = pytest.mark.usefixtures("previous")


@pytest.fixture
def row(period):
    """A row of a form: of this register, with this text."""
    numbers = iter(range(5, 1000))

    def made(register, text, **changes):
        facts = {
            "sheet": "Показания",
            "row": next(numbers),
            "column": "J",
            "contract": "1",
            "facility": "Склад",
            "serial": register.meter.serial,
            "register": register.pk,
            "period": period,
            "version": 0,
            "text": text,
            "problem": "",
        }
        return FormRow(**(facts | changes))

    return made


def judged(user, *rows):
    """The summary, and what was found, of these rows."""
    file = io.BytesIO()
    with FindingsWriter(file) as writer:
        summary = Judge(user, writer).judge(rows).as_json()
    return summary, Findings(file)


def one(user, row):
    """The only row's group and finding; None where it changes nothing."""
    _, findings = judged(user, row)
    found = [(group, finding) for group in Group for finding in findings.all(group)]
    return found[0] if found else None


def save(cast, period, text, user=None):
    entries = {cast.register.pk: Entry(text=text)}
    save_readings(user=user or cast.client, contract=cast.contract, period=period, entries=entries, door=Door.PAGE)


def test_a_good_row_says_old_and_new_in_the_meters_digits(cast, row):
    group, finding = one(cast.client, row(cast.register, "1010,5"))
    assert group == Group.READY
    assert (finding.was, finding.becomes, finding.cell) == ("", "001\u202f010,50", "Показания!J5")
    assert (finding.contract, finding.serial) == (cast.contract.number, cast.register.meter.serial)


def test_nothing_is_stored_by_judging(cast, row, period):
    judged(cast.client, row(cast.register, "1010"), row(cast.second_register, "abc"))
    assert not Reading.objects.of_period(period).exists()


def test_a_row_of_too_many_digits_carries_the_error_and_is_kept_under_the_reading(cast, row):
    group, finding = one(cast.client, row(cast.register, "1010,555"))
    assert (group, finding.kept) == (Group.WRONG, True)
    assert finding.reason.startswith("Ошибка значности")


def test_a_row_that_does_not_look_right_is_doubted_never_refused(cast, row):
    group, finding = one(cast.client, row(cast.register, "900"))
    assert group == Group.DOUBTFUL
    assert "Меньше предыдущего" in finding.reason or "Переход через ноль" in finding.reason


def test_empty_cells_and_what_is_there_already_change_nothing(cast, row, period):
    save(cast, period, "1010")
    summary, findings = judged(cast.client, row(cast.register, "1010,00", version=1), row(cast.second_register, ""))
    assert (summary["rows"], summary["same"], summary["empty"]) == (2, 1, 1)
    assert not list(findings.entries())


def test_a_strangers_register_does_not_exist(cast, row):
    group, finding = one(cast.client, row(cast.other_register, "1010", contract="№", facility="Моё", serial="моё"))
    assert group == Group.WRONG
    assert finding.reason.startswith("Такого прибора учёта нет среди ваших")
    assert (finding.contract, finding.facility, finding.serial, finding.was) == ("№", "Моё", "моё", "")


def test_a_register_that_is_nowhere_is_answered_alike(cast, row):
    foreign, nowhere = (
        one(cast.client, row(cast.other_register, "1")._replace(register=pk, serial="1"))[1].reason
        for pk in (cast.other_register.pk, 2**62)
    )
    assert foreign == nowhere


def test_an_accountants_rows_are_nobodys(cast, row):
    assert one(cast.accountant, row(cast.register, "1010"))[0] == Group.WRONG


def test_an_engineer_fills_his_chosen_facility_alone(cast, row):
    summary, _ = judged(cast.energetik, row(cast.register, "1010"), row(cast.second_register, "1010"))
    assert (summary["ready"], summary["wrong"]) == (1, 1)


def test_a_row_whose_code_was_parted_from_its_meter_is_refused(cast, row):
    group, finding = one(cast.client, row(cast.register, "1010", serial="999"))
    assert (group, finding.kept) == (Group.WRONG, False)
    assert finding.reason == f"Строка перепутана: код строки относится к счётчику № {cast.register.meter.serial}"


def test_an_unreadable_row_keeps_its_reason(cast, row):
    damaged = row(cast.register, "1010")._replace(register=None, period=None, version=None, problem=NO_CODE)
    assert one(cast.client, damaged)[1].reason == NO_CODE


def test_a_row_of_another_period_is_refused_by_its_window(cast, row, period):
    group, finding = one(cast.client, row(cast.register, "1010", period=periods.shift(period, -1)))
    assert (group, finding.kept) == (Group.WRONG, False)
    assert "не назначен" in finding.reason


def test_a_closed_window_refuses_every_row(cast, row, period):
    first, last = builders.month_bounds(periods.shift(period, -1))
    ReceptionWindow.objects.update(opens_at=first, closes_at=last)
    assert "закончился" in one(cast.client, row(cast.register, "1010"))[1].reason


def test_a_meter_that_takes_no_readings_refuses_its_row(cast, row):
    meter = cast.register.meter
    meter.state = MeterState.FAULTY
    meter.save()
    assert one(cast.client, row(cast.register, "1010"))[1].reason == "Показание не принимается: не исправен"


def test_two_rows_of_one_meter_that_differ_are_both_refused(cast, row):
    summary, findings = judged(cast.client, row(cast.register, "1010"), row(cast.register, "1011"))
    assert summary["wrong"] == 2
    assert {finding.reason for finding in findings.all(Group.WRONG)} == {
        "Счётчик встречается в файле с разными показаниями: строки Показания!5, Показания!6"
    }


def test_the_same_row_twice_counts_once(cast, row):
    summary, findings = judged(cast.client, row(cast.register, "1010"), row(cast.register, "1010"))
    assert (summary["ready"], summary["same"]) == (1, 1)
    assert sum(len(batch.entries) for batch in findings.entries()) == 1


def test_a_value_a_colleague_changed_after_the_export_is_shown_beside_and_waits_to_be_chosen(cast, row, period):
    save(cast, period, "1020", user=cast.energetik)
    group, finding = one(cast.client, row(cast.register, "1010"))
    assert group == Group.STALE
    assert (finding.was, finding.becomes) == ("001\u202f020,00", "001\u202f010,00")
    assert finding.reason == "После выгрузки формы значение изменил(а) Белов С. А."


def test_ones_own_later_change_is_shown_as_old_and_new(cast, row, period):
    save(cast, period, "1020")
    group, finding = one(cast.client, row(cast.register, "1010"))
    assert (group, finding.was) == (Group.READY, "001\u202f020,00")


def test_a_correction_of_a_sent_reading_is_ready_to_be_sent_again(cast, row, period):
    builders.sent_reading(cast.register, period, "1010", sent_by=cast.client)
    assert one(cast.client, row(cast.register, "1012"))[0] == Group.READY


def test_rows_of_several_contracts_are_counted_by_contract(cast, row):
    summary, _ = judged(cast.client, row(cast.register, "1010"), row(cast.signed_register, "abc"))
    counts = {each["number"]: each for each in summary["contracts"]}
    assert counts[cast.contract.number]["ready"] == 1
    assert counts[cast.signed_contract.number]["wrong"] == 1


def test_access_that_has_ended_ends_the_rows(cast, row):
    ContractAccess.objects.filter(user=cast.client).update(until=cast.contract.date)
    assert one(cast.client, row(cast.register, "1010"))[0] == Group.WRONG


def test_the_number_of_statements_does_not_grow_with_the_rows(cast, row, django_assert_max_num_queries):
    rows = [row(cast.register, "1010"), row(cast.second_register, "1011")]
    with django_assert_max_num_queries(7):
        judged(cast.client, *rows)
    registers = [builders.register(builders.meter(cast.register.meter.point)) for _ in range(40)]
    with django_assert_max_num_queries(7):
        judged(cast.client, *rows, *[row(register, "5") for register in registers])


def test_periods_without_a_window_are_not_asked_for(cast, row, period, django_assert_max_num_queries):
    rows = [row(cast.register, "1", period=periods.shift(period, -months)) for months in range(1, 200)]
    with django_assert_max_num_queries(7):
        summary, findings = judged(cast.client, *rows)
    assert summary["wrong"] == len(rows)
    assert all("не назначен" in finding.reason for finding in findings.all(Group.WRONG))


def test_progress_is_told_as_rows_are_judged(cast, row):
    told = []
    with FindingsWriter(io.BytesIO()) as writer:
        Judge(cast.client, writer).judge([row(cast.register, "1010")], told.append)
    assert told == [100]


def test_pages_of_findings_are_read_one_by_one(cast, row):
    registers = [builders.register(builders.meter(cast.register.meter.point)) for _ in range(105)]
    _, findings = judged(cast.client, *[row(register, "1,555") for register in registers])
    assert [len(findings.page(Group.WRONG, number)) for number in (1, 2, 3)] == [100, 5, 0]
