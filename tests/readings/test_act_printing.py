"""«Печать ведомости»: asking for an act, its making in the background, its file, its removal."""

import datetime as dt
import io
import re
import threading
from urllib.parse import unquote

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django_q.models import OrmQ, Schedule
from docx import Document
from pypdf import PdfReader

from cabinet.common import jobs, periods
from cabinet.common.errors import DomainError, NotAllowed, TooManyAttempts
from cabinet.common.jobs import JobState
from cabinet.contracts.models import ContractAccess, Scope
from cabinet.contracts.roles import Role
from cabinet.readings import tasks
from cabinet.readings.act import printing
from cabinet.readings.act.docx import PORTALS_OWN
from cabinet.readings.models import ActPrint, ActTemplate, Reading
from portal.demo import builders

HTMX = {"headers": {"HX-Request": "true"}}
FILLED = {"file_format": "pdf", "act": "filled"}


@pytest.fixture
def url(cast, period):
    return reverse("act-print", args=[cast.contract.pk, period])


@pytest.fixture
def sent(cast, period, previous):
    """This month's reading of the client's first register."""
    return builders.sent_reading(cast.register, period, "1010.50")


def asked(cast, period, *, user=None, filled=True, file_format="pdf"):
    wanted = {"filled": filled, "file_format": file_format}
    return printing.request_print(user=user or cast.client, contract=cast.contract, period=period, **wanted)


def made(cast, period, **changes):
    act_print = asked(cast, period, **changes)
    tasks.print_act(act_print.pk)
    act_print.refresh_from_db()
    return act_print


def text_of(act_print):
    with act_print.file.open() as file:
        return "".join(page.extract_text() for page in PdfReader(io.BytesIO(file.read())).pages)


def file_url(act_print):
    return reverse("act-print-file", args=[act_print.pk])


# --- the window ----------------------------------------------------------------------------------


def test_the_window_offers_the_format_and_both_acts(cast, url, as_user):
    page = as_user(cast.client).get(url).content.decode()
    assert "<h1" in page
    for words in ("Печать ведомости", "Рекомендуем пользоваться форматом PDF", "Печатать пустой бланк"):
        assert words in page
    assert "Печатать заполненную ведомость" in page
    for file_format in ("PDF", "Word", "Excel"):
        assert file_format in page


def test_the_window_warns_of_readings_that_will_not_be_in_the_act(cast, url, period, sent, as_user):
    assert "не передано в расчет" not in as_user(cast.client).get(url).content.decode()
    Reading.objects.filter(pk=sent.pk).update(draft=1011)
    page = as_user(cast.client).get(url).content.decode()
    assert "Введено, но не передано в расчет: 1 показание." in page


def test_the_window_leads_back_to_acts_asked_for_before(cast, url, period, as_user):
    act_print = asked(cast, period)
    assert reverse("act-print-job", args=[act_print.pk]) in as_user(cast.client).get(url).content.decode()
    assert "Заказанные ведомости" not in as_user(cast.energetik).get(url).content.decode()


def test_htmx_gets_the_window_as_a_fragment(cast, url, as_user):
    response = as_user(cast.client).get(url, **HTMX)
    assert "<!doctype" not in response.content.decode()
    assert "HX-Request" in response["Vary"]


@pytest.mark.parametrize(("act", "filled"), [("filled", True), ("blank", False)])
def test_a_press_queues_the_act_and_leads_to_its_progress(cast, url, period, as_user, act, filled):
    client = as_user(cast.client)
    response = client.post(url, {"file_format": "pdf", "act": act})
    act_print = ActPrint.objects.get()
    assert (act_print.user, act_print.contract, act_print.period) == (cast.client, cast.contract, period)
    assert (act_print.filled, act_print.state, act_print.file.name) == (filled, JobState.QUEUED, "")
    assert response.url == reverse("act-print-job", args=[act_print.pk])
    assert OrmQ.objects.count() == 1
    page = client.get(response.url).content.decode()
    assert 'hx-trigger="every 1s"' in page
    assert "Обновить" in page


def test_a_forged_format_is_refused_with_the_form(cast, url, as_user):
    response = as_user(cast.client).post(url, {"file_format": "exe", "act": "filled"})
    assert response.status_code == 422
    assert "Выберите формат из списка." in response.content.decode()
    assert not ActPrint.objects.exists()


@pytest.mark.parametrize("file_format", ["pdf", "docx", "xlsx"])
def test_the_format_chosen_stays_chosen_when_the_press_is_not_understood(cast, url, as_user, file_format):
    response = as_user(cast.client).post(url, {"file_format": file_format, "act": "both"})
    assert response.status_code == 422
    [checked] = re.findall(r'<input[^>]+type="radio"[^>]+checked[^>]*>', response.text)
    assert f'value="{file_format}"' in checked


@pytest.mark.parametrize("act", ["", "both"])
def test_a_press_of_no_known_button_is_refused(cast, url, as_user, act):
    response = as_user(cast.client).post(url, {"file_format": "pdf", "act": act})
    assert response.status_code == 422
    assert "Выберите, что напечатать" in response.content.decode()


@pytest.mark.parametrize("wrong", ["2026-13", "2026-00", "0001-01", "9999-12", "2026-1", "abcd-ef"])
def test_a_period_that_does_not_exist_has_no_page(cast, as_user, wrong):
    response = as_user(cast.client).get(f"/cabinet/readings/{cast.contract.pk}/{wrong}/print/")
    assert response.status_code == 404


@pytest.mark.parametrize("wrong", ["2100-12", "2000-01", "2019-02"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_period_without_an_act_is_refused_in_words(cast, as_user, wrong, method):
    client = as_user(cast.client)
    response = getattr(client, method)(f"/cabinet/readings/{cast.contract.pk}/{wrong}/print/", FILLED)
    assert response.status_code == 422
    assert not ActPrint.objects.exists()


def test_a_contract_without_meters_has_nothing_to_print(cast, period, as_user):
    url = reverse("act-print", args=[cast.third_contract.pk, period])
    response = as_user(cast.client).post(url, FILLED)
    assert response.status_code == 422
    assert "нет приборов учёта" in response.content.decode()


# --- who may -------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_finds_nothing_and_an_accountant_is_told_why(cast, url, as_user, client, method):
    assert getattr(as_user(cast.other), method)(url, FILLED).status_code == 404
    assert getattr(as_user(cast.accountant), method)(url, FILLED).status_code == 403
    assert getattr(client, method)(url, FILLED).url.startswith("/accounts/login/")
    assert not ActPrint.objects.exists()


@pytest.mark.parametrize("name", ["act-print-job", "act-print-state", "act-print-file"])
def test_an_act_is_given_to_nobody_but_who_asked(cast, period, sent, as_user, client, name):
    url = reverse(name, args=[made(cast, period).pk])
    assert as_user(cast.client).get(url).status_code == 200
    for stranger in (cast.other, cast.energetik, cast.accountant, cast.newcomer):
        assert as_user(stranger).get(url).status_code == 404
    assert client.get(url).status_code == 302
    assert as_user(cast.client).post(url).status_code == 405


def test_an_action_asked_past_the_view_is_refused_too(cast, period):
    for user in (cast.accountant, cast.other):
        with pytest.raises(NotAllowed):
            asked(cast, period, user=user)
    with pytest.raises(DomainError):
        asked(cast, periods.shift(period, 1))


# --- the making ----------------------------------------------------------------------------------


def test_the_worker_makes_the_file_and_the_window_offers_it(cast, period, sent, as_user):
    act_print = made(cast, period)
    assert (act_print.state, act_print.progress) == (JobState.DONE, 100)
    assert "001\u2009010,50" in text_of(act_print)
    assert act_print.number in text_of(act_print)
    page = as_user(cast.client).get(reverse("act-print-state", args=[act_print.pk])).content.decode()
    assert "Открыть" in page
    assert "Скачать" in page
    assert "every 1s" not in page


def test_an_engineer_with_chosen_facilities_prints_those_alone(cast, period, sent):
    text = text_of(made(cast, period, user=cast.energetik))
    assert cast.facility.name in text
    assert cast.second_facility.name not in text
    assert "по выбранным объектам" in text


def test_access_that_ended_meanwhile_ends_in_a_refusal(cast, period, sent, as_user):
    act_print = asked(cast, period)
    ContractAccess.objects.filter(user=cast.client).update(until=timezone.localdate() - dt.timedelta(days=1))
    tasks.print_act(act_print.pk)
    act_print.refresh_from_db()
    assert (act_print.state, act_print.failure) == (JobState.FAILED, printing.ACCESS_ENDED)
    assert not act_print.file
    assert as_user(cast.client).get(reverse("act-print-job", args=[act_print.pk])).status_code == 404


def test_a_finished_file_is_not_given_after_the_access_ended_or_shrank(cast, period, sent, as_user):
    act_print = made(cast, period)
    access = ContractAccess.objects.get(user=cast.client, contract=cast.contract)
    access.role, access.scope = Role.ENGINEER, Scope.CHOSEN
    access.save()
    access.facilities.set([cast.facility])
    assert as_user(cast.client).get(file_url(act_print)).status_code == 403
    access.role, access.scope = Role.ACCOUNTANT, Scope.WHOLE
    access.save()
    assert as_user(cast.client).get(file_url(act_print)).status_code == 403
    access.delete()
    assert as_user(cast.client).get(file_url(act_print)).status_code == 404


def test_a_failure_is_said_and_can_be_repeated(cast, period, sent, as_user, monkeypatch, caplog):
    monkeypatch.setattr(printing, "act_pdf", lambda *args: 1 / 0)
    act_print = made(cast, period)
    assert (act_print.state, act_print.failure) == (JobState.FAILED, printing.FAILED)
    assert "ZeroDivisionError" in caplog.text
    page = as_user(cast.client).get(reverse("act-print-state", args=[act_print.pk])).content.decode()
    assert printing.FAILED in page
    assert "Повторить" in page
    monkeypatch.undo()
    again = made(cast, period)
    assert again.pk != act_print.pk
    assert again.state == JobState.DONE


# --- once ----------------------------------------------------------------------------------------


def test_the_same_act_pressed_twice_is_made_once(cast, period):
    first, second = asked(cast, period), asked(cast, period)
    blank, colleague = asked(cast, period, filled=False), asked(cast, period, user=cast.energetik)
    assert first == second
    assert len({first.pk, blank.pk, colleague.pk}) == 3
    assert OrmQ.objects.count() == 3


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_twenty_presses_at_once_make_one_act(cast, period):
    found = []

    def press():
        try:
            found.append(asked(cast, period).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 20
    assert len(set(found)) == 1
    assert OrmQ.objects.count() == 1


def test_a_person_waits_for_the_acts_he_asked_for(cast, period, as_user, settings):
    settings.ACT_PRINTS_AT_ONCE = 2
    waiting = [asked(cast, period), asked(cast, period, filled=False)]
    url = reverse("act-print", args=[cast.contract.pk, periods.shift(period, -1)])
    response = as_user(cast.client).post(url, FILLED)
    assert response.status_code == 422
    assert "Дождитесь, пока сформируются ведомости" in response.text
    assert asked(cast, period) == waiting[0]
    assert asked(cast, period, user=cast.energetik)
    ActPrint.objects.filter(pk=waiting[1].pk).update(state=JobState.FAILED)
    assert asked(cast, period, filled=False)


def test_prints_that_nobody_makes_do_not_hold_their_owner_up(cast, period, settings):
    settings.ACT_PRINTS_AT_ONCE = 1
    asked(cast, period)
    ActPrint.objects.update(queued_at=timezone.now() - ActPrint.PATIENCE - dt.timedelta(seconds=1))
    assert asked(cast, period, filled=False)


def test_acts_are_limited_by_the_hour(cast, period, settings):
    settings.ACT_PRINTS_PER_HOUR = 2
    for _number in range(2):
        asked(cast, period)
        ActPrint.objects.update(state=JobState.FAILED)
    with pytest.raises(TooManyAttempts, match="за час"):
        asked(cast, period)
    assert asked(cast, period, user=cast.energetik)
    ActPrint.objects.update(created_at=timezone.now() - dt.timedelta(hours=1))
    assert asked(cast, period)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_presses_at_once_do_not_pass_the_limit(cast, period, settings):
    settings.ACT_PRINTS_AT_ONCE = 1
    refused = []

    def press(filled):
        try:
            asked(cast, period, filled=filled)
        except TooManyAttempts:
            refused.append(filled)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[number % 2 == 0]) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 5
    assert ActPrint.objects.count() == 1


def test_a_task_delivered_twice_makes_one_file(cast, period, sent, monkeypatch):
    act_print = made(cast, period)
    name = act_print.file.name
    monkeypatch.setattr(printing, "act_pdf", lambda *args: pytest.fail("made again"))
    tasks.print_act(act_print.pk)
    act_print.refresh_from_db()
    assert act_print.file.name == name


def test_a_task_of_a_print_that_is_gone_does_nothing(db):
    tasks.print_act(10**6)


def test_a_print_that_another_run_works_on_is_left_alone(cast, period, monkeypatch):
    act_print = asked(cast, period)
    ActPrint.objects.update(state=JobState.WORKING, claimed_at=timezone.now())
    monkeypatch.setattr(printing, "act_pdf", lambda *args: pytest.fail("made beside the other"))
    tasks.print_act(act_print.pk)
    act_print.refresh_from_db()
    assert act_print.is_active


@pytest.mark.parametrize(
    ("state", "moment"), [(JobState.WORKING, "claimed_at"), (JobState.QUEUED, "queued_at")], ids=["died", "lost"]
)
def test_an_act_that_nobody_makes_any_more_may_be_queued_again(cast, period, sent, as_user, state, moment):
    act_print = asked(cast, period)
    OrmQ.objects.all().delete()
    ActPrint.objects.update(state=state, **{moment: timezone.now() - ActPrint.PATIENCE - dt.timedelta(seconds=1)})
    state_url = reverse("act-print-state", args=[act_print.pk])
    assert "Формирование прервалось" in as_user(cast.client).get(state_url).text
    for _press in range(2):
        assert asked(cast, period) == act_print
    assert OrmQ.objects.count() == 1
    assert "ждёт очереди" in as_user(cast.client).get(state_url).text
    tasks.print_act(act_print.pk)
    act_print.refresh_from_db()
    assert act_print.state == JobState.DONE


@pytest.mark.parametrize("state", [JobState.WORKING, JobState.QUEUED])
def test_an_act_that_somebody_may_yet_make_is_not_queued_again(cast, period, state):
    act_print = asked(cast, period)
    OrmQ.objects.all().delete()
    lately = timezone.now() - ActPrint.PATIENCE + dt.timedelta(minutes=1)
    ActPrint.objects.update(state=state, claimed_at=lately, queued_at=lately)
    assert asked(cast, period) == act_print
    assert not OrmQ.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_there_is_no_act_without_its_task(cast, period, monkeypatch):
    monkeypatch.setattr(printing, "async_task", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        asked(cast, period)
    assert not ActPrint.objects.exists()


def test_a_run_that_was_overtaken_stores_nothing(cast, period, sent, monkeypatch):
    act_print = asked(cast, period)
    real = printing.act_pdf

    def overtaken(act, progress):
        ActPrint.objects.update(claim="11111111-1111-1111-1111-111111111111")
        return real(act, progress)

    monkeypatch.setattr(printing, "act_pdf", overtaken)
    before = set(jobs.files_in(ActPrint.FOLDER))
    tasks.print_act(act_print.pk)
    act_print.refresh_from_db()
    assert (act_print.state, act_print.file.name) == (JobState.WORKING, "")
    assert set(jobs.files_in(ActPrint.FOLDER)) == before


# --- formats -------------------------------------------------------------------------------------

BEGINNINGS = {"pdf": b"%PDF-", "docx": b"PK\x03\x04", "xlsx": b"PK\x03\x04"}


@pytest.mark.parametrize("file_format", ["docx", "xlsx"])
def test_word_and_excel_are_saved_never_shown_by_the_browser(cast, url, period, sent, as_user, file_format):
    client = as_user(cast.client)
    job_url = client.post(url, {"file_format": file_format, "act": "filled"}).url
    act_print = ActPrint.objects.get()
    tasks.print_act(act_print.pk)
    page = client.get(job_url).text
    assert "Скачать" in page
    assert "Открыть</a>" not in page
    for query in ("", "?download"):
        response = client.get(file_url(act_print) + query)
        assert response.content.startswith(BEGINNINGS[file_format])
        assert response["Content-Type"].startswith("application/vnd.openxmlformats-officedocument.")
        assert response["Content-Disposition"].startswith("attachment")
        assert unquote(response["Content-Disposition"]).endswith(f".{file_format}")
        assert response["Content-Security-Policy"] == "sandbox"
        assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("file_format", BEGINNINGS)
def test_each_format_is_made_in_the_background(cast, period, sent, file_format):
    act_print = made(cast, period, file_format=file_format)
    assert (act_print.state, act_print.progress) == (JobState.DONE, 100)
    assert act_print.file.name.endswith(f".{file_format}")
    with act_print.file.open() as file:
        assert file.read().startswith(BEGINNINGS[file_format])


def test_the_same_act_in_another_format_is_another_file(cast, period):
    prints = [asked(cast, period, file_format=each) for each in ("pdf", "docx", "xlsx", "docx")]
    assert prints[1] == prints[3]
    assert len(set(prints)) == 3
    assert OrmQ.objects.count() == 3


def test_what_failed_is_repeated_in_the_same_format(cast, period, sent, as_user, monkeypatch):
    monkeypatch.setattr(printing, "act_docx", lambda *args: 1 / 0)
    act_print = made(cast, period, file_format="docx")
    page = as_user(cast.client).get(reverse("act-print-state", args=[act_print.pk])).text
    assert '<input type="hidden" name="file_format" value="docx">' in page


def test_an_act_in_word_follows_the_clerks_template(cast, period, sent):
    template = Document(PORTALS_OWN)
    template.paragraphs[0].insert_paragraph_before("Образец отделения")
    stored = io.BytesIO()
    template.save(stored)
    ActTemplate.objects.create(name="наш.docx", content=stored.getvalue(), by=cast.admin)
    with made(cast, period, file_format="docx").file.open() as file:
        assert "Образец отделения" in [line.text for line in Document(file).paragraphs]


# --- the file ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("query", "disposition"), [("", "inline"), ("?download", "attachment")])
def test_the_file_has_a_russian_name_and_strict_headers(cast, period, sent, as_user, query, disposition):
    act_print = made(cast, period)
    response = as_user(cast.client).get(file_url(act_print) + query)
    assert response.content.startswith(b"%PDF-")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith(disposition)
    name = f"Акт снятия показаний, договор {cast.contract.number}, {periods.label(period).lower()}.pdf"
    assert name in unquote(response["Content-Disposition"])
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    policy = response["Content-Security-Policy"]
    assert policy == "sandbox" if query else policy.startswith("default-src 'none'")


def test_the_number_of_a_contract_cannot_break_the_file_name(cast, period, sent, as_user):
    cast.contract.number = '77/45\\"<1>"'
    cast.contract.save()
    response = as_user(cast.client).get(file_url(made(cast, period)) + "?download")
    assert "договор 77-45---1--," in unquote(response["Content-Disposition"])


def test_there_is_no_file_before_it_is_made_or_after_it_was_removed(cast, period, sent, as_user):
    act_print = asked(cast, period)
    assert as_user(cast.client).get(file_url(act_print)).status_code == 404
    tasks.print_act(act_print.pk)
    act_print.refresh_from_db()
    default_storage.delete(act_print.file.name)
    assert as_user(cast.client).get(file_url(act_print)).status_code == 404


def test_the_file_is_kept_under_a_random_name(cast, period, sent):
    name = made(cast, period).file.name
    assert name.startswith("acts/")
    assert len(name) > 40
    assert str(cast.contract.number) not in name


# --- removal -------------------------------------------------------------------------------------


def test_what_is_older_than_a_day_is_removed_with_files_that_nobody_names(cast, period, sent, monkeypatch):
    old, orphan = made(cast, period), default_storage.save("acts/orphan.pdf", ContentFile(b"%PDF-"))
    ActPrint.objects.update(created_at=timezone.now() - dt.timedelta(hours=25))
    fresh = made(cast, period, filled=False)
    long_ago = timezone.now() - dt.timedelta(hours=25)
    real = default_storage.get_modified_time
    monkeypatch.setattr(
        default_storage, "get_modified_time", lambda name: real(name) if name == fresh.file.name else long_ago
    )
    assert tasks.remove_old_files() >= 2
    assert not default_storage.exists(old.file.name)
    assert not default_storage.exists(orphan)
    assert default_storage.exists(fresh.file.name)
    assert list(ActPrint.objects.all()) == [fresh]


def test_there_may_be_nothing_to_remove(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    assert tasks.remove_old_files() == 0


def test_the_worker_is_told_to_remove_old_files_every_hour(db):
    schedule = Schedule.objects.get(func="cabinet.readings.tasks.remove_old_files")
    assert schedule.schedule_type == Schedule.HOURLY
    assert schedule.func == f"{tasks.__name__}.{tasks.remove_old_files.__name__}"
