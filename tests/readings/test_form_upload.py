"""«Работа с формой в формате Excel»: out as a file, back as an upload, its preview, confirmation and outcome."""

import datetime as dt
import io
import os

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from django_q.models import OrmQ
from openpyxl import Workbook, load_workbook

from cabinet.common.errors import DomainError
from cabinet.common.jobs import JobState
from cabinet.contracts.doors import Door
from cabinet.contracts.models import ContractAccess, ReceptionWindow
from cabinet.readings import tasks
from cabinet.readings.actions import Entry, save_readings
from cabinet.readings.models import FormExport, FormUpload, Reading, ReadingEvent
from cabinet.readings.statuses import Stage, Status
from cabinet.readings.workbook import exporting, uploading
from portal.demo import builders
from tests.at_once import at_once, errors

pytestmark = pytest.mark.usefixtures("previous")

HTMX = {"headers": {"HX-Request": "true"}}
HEADER = 5
SERIAL, VALUE, CODE = 4, 10, 12
WINDOW = "/cabinet/readings/excel/"


def content(response):
    return b"".join(response.streaming_content)


def form_of(client, contract=None):
    """The form as a workbook of openpyxl."""
    query = f"?contract={contract.pk}" if contract else ""
    response = client.get(reverse("readings-form") + query)
    assert response.status_code == 200
    return load_workbook(io.BytesIO(content(response)))


def filled(book, values):
    """The form with these texts by serial number, as an uploaded file."""
    sheet = book["Показания"]
    for row in range(HEADER + 1, sheet.max_row + 1):
        if (serial := sheet.cell(row, SERIAL).value) in values:
            sheet.cell(row, VALUE).value = values[serial]
    file = io.BytesIO()
    book.save(file)
    return SimpleUploadedFile("показания.xlsx", file.getvalue())


def serials(sheet):
    return {sheet.cell(row, SERIAL).value for row in range(HEADER + 1, sheet.max_row + 1)} - {None}


def uploaded(client, file):
    """The upload of this file, judged."""
    response = client.post(WINDOW, {"file": file})
    assert response.status_code == 302, response.content.decode()
    upload = FormUpload.objects.latest("pk")
    tasks.work_on_upload(upload.pk)
    upload.refresh_from_db()
    return upload


def page_of(client, upload, query=""):
    return client.get(reverse("form-upload", args=[upload.pk]) + query).content.decode()


def confirm(client, upload, **data):
    return client.post(reverse("form-upload-confirm", args=[upload.pk]), data)


@pytest.fixture
def client(cast, as_user):
    return as_user(cast.client)


@pytest.fixture
def judged(cast, client):
    """A form of the client's contract with one good and one wrong row, judged."""
    values = {cast.register.meter.serial: "1010,5", cast.second_register.meter.serial: 1010.555}
    return uploaded(client, filled(form_of(client, cast.contract), values))


# --- out -----------------------------------------------------------------------------------------


def test_the_window_offers_the_way_out_and_the_way_back(cast, client, period):
    response = client.get(WINDOW, {"contract": cast.contract.pk, "period": f"{period:%Y-%m}"}, **HTMX)
    page = response.content.decode()
    for words in ("Работа с формой в формате Excel", "Выгрузить в Excel файл", "Загрузить Excel файл", "все договоры"):
        assert words in page
    assert "<!doctype" not in page


def test_one_contracts_form_has_its_meters_alone(cast, client):
    sheet = form_of(client, cast.contract)["Показания"]
    assert serials(sheet) == {cast.register.meter.serial, cast.second_register.meter.serial}


def test_the_form_of_all_contracts_has_every_meter_the_person_may_send_for(cast, client):
    sheet = form_of(client)["Показания"]
    own = (cast.register, cast.second_register, cast.signed_register)
    assert serials(sheet) == {register.meter.serial for register in own}


def test_an_engineers_form_has_his_chosen_facility_alone(cast, as_user):
    assert serials(form_of(as_user(cast.energetik))["Показания"]) == {cast.register.meter.serial}


def test_another_organisations_contract_is_not_found_in_any_form(cast, client):
    other = {"contract": cast.other_contract.pk}
    assert client.get(reverse("readings-form"), other).status_code == 404
    assert client.get(WINDOW, other).status_code == 404
    assert client.post(reverse("form-export-new"), other).status_code == 404
    assert client.get(WINDOW, {"contract": "rubbish"}).status_code == 404


def test_an_accountant_is_told_why_he_has_no_form(cast, as_user):
    response = as_user(cast.accountant).get(reverse("readings-form"), {"contract": cast.contract.pk})
    assert response.status_code == 403


def test_a_large_form_is_made_aside_and_then_taken(cast, client, monkeypatch):
    monkeypatch.setattr("cabinet.readings.views.workbook.AT_ONCE", 1)
    query = {"contract": cast.contract.pk}
    assert client.get(reverse("readings-form"), query).status_code == 302
    assert f'action="{reverse("form-export-new")}"' in client.get(WINDOW, query).content.decode()
    response = client.post(reverse("form-export-new"), query)
    export = FormExport.objects.get()
    assert response.url == reverse("form-export", args=[export.pk])
    assert 'hx-trigger="every 1s"' in client.get(response.url).content.decode()
    tasks.make_export(export.pk)
    export.refresh_from_db()
    assert export.state == JobState.DONE
    book = load_workbook(io.BytesIO(content(client.get(reverse("form-export-file", args=[export.pk])))))
    assert len(serials(book["Показания"])) == 2


def test_a_large_form_asked_for_twice_is_made_once(cast, client):
    for _ in range(2):
        client.post(reverse("form-export-new"), {"contract": cast.contract.pk})
    assert (FormExport.objects.count(), OrmQ.objects.count()) == (1, 1)


def test_another_large_form_waits_for_the_first(cast, client):
    client.post(reverse("form-export-new"), {"contract": cast.contract.pk})
    response = client.post(reverse("form-export-new"), {"contract": cast.signed_contract.pk})
    assert response.status_code == 429
    assert "Дождитесь, пока сформируется форма" in response.content.decode()
    assert FormExport.objects.get().contract == cast.contract


def test_a_large_form_of_a_contract_lost_meanwhile_is_refused(cast, client):
    export = exporting.request_export(user=cast.client, contract=cast.contract, period=None)
    ContractAccess.objects.filter(user=cast.client).delete()
    tasks.make_export(export.pk)
    export.refresh_from_db()
    assert (export.state, export.file.name) == (JobState.FAILED, "")
    assert "Доступ к договору прекращён" in export.failure


def test_a_large_form_is_not_given_to_who_sees_fewer_facilities_now(cast, client):
    export = exporting.request_export(user=cast.client, contract=None, period=None)
    tasks.make_export(export.pk)
    ContractAccess.objects.filter(user=cast.client, contract=cast.signed_contract).delete()
    assert client.get(reverse("form-export-file", args=[export.pk])).status_code == 403


# --- back ----------------------------------------------------------------------------------------


def test_what_was_exported_comes_back_as_drafts_and_errors(cast, client, judged, period):
    page = page_of(client, judged)
    assert "Ошибка значности" in page
    assert "Показания!J" in page
    assert not Reading.objects.of_period(period).exists()
    assert confirm(client, judged).status_code == 302
    tasks.work_on_upload(judged.pk)
    states = {reading.register_id: reading.status for reading in Reading.objects.of_period(period)}
    assert states == {cast.register.pk: Status.READY, cast.second_register.pk: Status.WRONG}
    page = page_of(client, judged)
    assert "Показания из файла сохранены." in page
    sheet = client.get(reverse("readings-period", args=[cast.contract.pk, period])).content.decode()
    assert "Ошибка значности" in sheet
    assert "facility--bad" in sheet


def test_rows_that_were_not_taken_are_named_after_the_saving_too(cast, client, period):
    book = form_of(client, cast.contract)
    values = {cast.register.meter.serial: "1010", cast.second_register.meter.serial: "=1+1"}
    upload = uploaded(client, filled(book, values))
    confirm(client, upload)
    tasks.work_on_upload(upload.pk)
    page = page_of(client, upload)
    assert "Не загружено строк: <b>1</b>" in page
    assert reverse("form-upload-errors", args=[upload.pk]) in page


def test_a_reading_that_was_sent_already_is_shown_as_such(cast, client, period):
    builders.sent_reading(cast.register, period, "1010", sent_by=cast.client)
    upload = uploaded(client, filled(form_of(client, cast.contract), {cast.register.meter.serial: "1012"}))
    assert '<span class="muted small found__place">передано</span>' in page_of(client, upload)


def test_an_untouched_form_changes_nothing(cast, client, period):
    builders.sent_reading(cast.register, period, "1010.50")
    upload = uploaded(client, filled(form_of(client), {}))
    assert (upload.summary["same"], upload.summary["empty"]) == (1, 2)
    assert "Менять нечего" in page_of(client, upload)


def test_a_form_sorted_with_rows_deleted_and_figures_as_text_comes_back(cast, client, period):
    book = form_of(client)
    sheet = book["Показания"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=HEADER + 1, max_row=HEADER + 3)]
    sheet.delete_rows(HEADER + 1, 3)
    kept = [row for row in rows if row[SERIAL - 1] != cast.second_register.meter.serial]
    for number, row in enumerate(reversed(kept), HEADER + 1):
        for column, value in enumerate(row, 1):
            sheet.cell(number, column).value = value
    values = {cast.register.meter.serial: "1\u00a0010.5", cast.signed_register.meter.serial: " 1011,00 "}
    upload = uploaded(client, filled(book, values))
    assert (upload.summary["rows"], upload.summary["ready"]) == (2, 2)


def test_the_page_shows_the_group_that_was_asked_for_whatever_the_address_says(client, judged):
    assert "Без замечаний" in page_of(client, judged)
    assert "001\u202f010,50" in page_of(client, judged, "?show=ready")
    for rubbish in ("?show=%00&page=abc", "?show=ready&page=10000000000000000000", "?page=-1"):
        assert "Строки файла" in page_of(client, judged, rubbish)


def test_wrong_rows_are_a_workbook_of_their_own(cast, client, judged):
    response = client.get(reverse("form-upload-errors", args=[judged.pk]))
    sheet = load_workbook(io.BytesIO(content(response))).active
    row = [cell.value for cell in sheet[4]]
    assert row[0] == "Показания"
    assert row[2] == "J"
    assert (row[3], row[7]) == ("1010,555", cast.second_register.meter.serial)
    assert row[4].startswith("Ошибка значности")


def test_a_confirmed_form_is_not_confirmed_again(client, judged):
    confirm(client, judged)
    tasks.work_on_upload(judged.pk)
    confirm(client, judged)
    tasks.work_on_upload(judged.pk)
    assert ReadingEvent.objects.count() == 2
    assert OrmQ.objects.count() == 2  # the judging's and one confirmation's


def test_a_confirmation_after_the_window_closed_stores_nothing_and_says_so(cast, client, judged, period):
    ReceptionWindow.objects.update(closes_at=timezone.now() - dt.timedelta(minutes=1))
    confirm(client, judged)
    tasks.work_on_upload(judged.pk)
    assert not Reading.objects.of_period(period).exists()
    page = page_of(client, judged)
    assert "закончился" in page
    assert "Показания из файла сохранены" not in page


def test_when_all_was_left_to_colleagues_the_page_says_that_nothing_was_saved(cast, client, period):
    book = form_of(client, cast.contract)
    entries = {cast.register.pk: Entry(text="1020")}
    save_readings(user=cast.energetik, contract=cast.contract, period=period, entries=entries, door=Door.PAGE)
    upload = uploaded(client, filled(book, {cast.register.meter.serial: "1010"}))
    confirm(client, upload)
    tasks.work_on_upload(upload.pk)
    assert "Из файла ничего не сохранено" in page_of(client, upload)


def test_old_uploads_and_their_files_go_and_those_still_there_keep_theirs(client, judged):
    stored = [judged.findings.name]
    for name in stored:
        os.utime(default_storage.path(name), (0, 0))
    tasks.remove_old_files()
    assert all(default_storage.exists(name) for name in stored)
    FormUpload.objects.update(created_at=timezone.now() - dt.timedelta(hours=25))
    tasks.remove_old_files()
    assert not FormUpload.objects.exists()
    assert not any(default_storage.exists(name) for name in stored)


def test_an_upload_whose_findings_are_gone_does_not_exist(client, judged):
    default_storage.delete(judged.findings.name)
    for name in ("form-upload", "form-upload-errors"):
        assert client.get(reverse(name, args=[judged.pk])).status_code == 404


def test_a_cancelled_upload_leaves_no_file_and_no_reading(client, judged, period):
    stored = judged.findings.name
    response = client.post(reverse("form-upload-cancel", args=[judged.pk]), follow=True)
    assert "Загрузка отменена" in response.content.decode()
    judged.refresh_from_db()
    assert (judged.stage, judged.file.name, judged.findings.name) == (Stage.CANCELLED, "", "")
    assert not default_storage.exists(stored)
    assert not Reading.objects.of_period(period).exists()
    assert judged.name not in client.get(WINDOW).content.decode()
    confirm(client, judged)
    judged.refresh_from_db()
    assert judged.stage == Stage.CANCELLED


def test_cancelled_uploads_count_among_those_of_the_hour(client, judged, settings):
    settings.FORMS_PER_HOUR = 1
    client.post(reverse("form-upload-cancel", args=[judged.pk]))
    response = client.post(WINDOW, {"file": filled(form_of(client), {})})
    assert "слишком много файлов за час" in response.content.decode()


def test_a_judged_workbook_is_not_kept(client, judged):
    assert judged.file.name == ""


def test_what_was_found_is_not_shown_to_who_sees_fewer_facilities_now(cast, client, judged):
    ContractAccess.objects.filter(user=cast.client, contract=cast.contract).delete()
    for name in ("form-upload", "form-upload-errors"):
        assert client.get(reverse(name, args=[judged.pk])).status_code == 403
    assert client.post(reverse("form-upload-cancel", args=[judged.pk])).status_code == 302


def test_an_applied_upload_is_not_cancelled(client, judged):
    confirm(client, judged)
    tasks.work_on_upload(judged.pk)
    response = client.post(reverse("form-upload-cancel", args=[judged.pk]), follow=True)
    assert "отменить загрузку нельзя" in response.content.decode()
    assert FormUpload.objects.exists()


def test_progress_is_asked_for_until_the_page_changes(client, cast):
    response = client.post(WINDOW, {"file": filled(form_of(client), {})}, **HTMX)
    upload = FormUpload.objects.get()
    assert response["HX-Redirect"] == reverse("form-upload", args=[upload.pk])
    state = reverse("form-upload-state", args=[upload.pk])
    assert "Файл ждёт очереди" in client.get(state, **HTMX).content.decode()
    tasks.work_on_upload(upload.pk)
    assert client.get(state, **HTMX)["HX-Refresh"] == "true"


def test_an_upload_is_nobody_elses(cast, judged, as_user):
    for person in (cast.energetik, cast.other, cast.accountant):
        client = as_user(person)
        for name in ("form-upload", "form-upload-state", "form-upload-errors"):
            assert client.get(reverse(name, args=[judged.pk])).status_code == 404
        for name in ("form-upload-confirm", "form-upload-cancel"):
            assert client.post(reverse(name, args=[judged.pk])).status_code == 404
    judged.refresh_from_db()
    assert (judged.stage, judged.state) == (Stage.JUDGING, JobState.DONE)


def test_another_organisations_form_brings_its_owner_nothing_here(cast, client, as_user, period):
    book = form_of(as_user(cast.other))
    upload = uploaded(client, filled(book, {cast.other_register.meter.serial: "1010"}))
    assert upload.state == JobState.FAILED
    page = page_of(client, upload)
    assert "эта форма не по вашим договорам" in page
    assert "Сохранить показания" not in page


# --- what is no form -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "file", [None, SimpleUploadedFile("a.xlsx", b""), SimpleUploadedFile("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")]
)
def test_what_is_no_workbook_is_refused_beside_the_field(client, file):
    response = client.post(WINDOW, {"file": file} if file else {})
    assert response.status_code == 422
    assert 'class="errorlist"' in response.content.decode()
    assert not FormUpload.objects.exists()


def test_a_workbook_without_the_form_is_refused_in_words(client):
    file = io.BytesIO()
    Workbook().save(file)
    upload = uploaded(client, SimpleUploadedFile("чужая.xlsx", file.getvalue()))
    assert upload.state == JobState.FAILED
    assert "В книге нет формы показаний" in page_of(client, upload)
    assert "Загрузить другой файл" in page_of(client, upload)


def test_a_person_who_sends_no_readings_uploads_nothing(cast, as_user):
    response = as_user(cast.accountant).post(WINDOW, {"file": SimpleUploadedFile("a.xlsx", b"PK")})
    assert response.status_code == 422
    assert not FormUpload.objects.exists()


def test_a_person_waits_for_his_own_files(cast, client, settings):
    settings.FORM_UPLOADS_AT_ONCE = 1
    file = filled(form_of(client), {}).read()
    client.post(WINDOW, {"file": SimpleUploadedFile("a.xlsx", file)})
    response = client.post(WINDOW, {"file": SimpleUploadedFile("a.xlsx", file)})
    assert response.status_code == 422
    assert "Дождитесь" in response.content.decode()


def test_uploads_and_large_forms_of_an_hour_are_limited(cast, client, judged, settings):
    settings.FORMS_PER_HOUR = 1
    response = client.post(WINDOW, {"file": filled(form_of(client), {})})
    assert "слишком много файлов за час" in response.content.decode()
    asked = {"contract": cast.contract.pk}
    client.post(reverse("form-export-new"), asked)
    tasks.make_export(FormExport.objects.get().pk)
    assert client.post(reverse("form-export-new"), asked).status_code == 429


def test_an_upload_whose_worker_died_is_done_again_when_it_is_looked_at(client, judged):
    FormUpload.objects.update(state=JobState.WORKING, claimed_at=timezone.now() - 2 * FormUpload.PATIENCE)
    before = OrmQ.objects.count()
    page_of(client, judged)
    judged.refresh_from_db()
    assert (judged.state, OrmQ.objects.count()) == (JobState.QUEUED, before + 1)


def test_a_run_that_was_overtaken_changes_nothing(client, judged, period, monkeypatch):
    confirm(client, judged)
    real = uploading.apply_entries

    def overtaken(**arguments):
        FormUpload.objects.update(claim=None)
        return real(**arguments)

    monkeypatch.setattr(uploading, "apply_entries", overtaken)
    tasks.work_on_upload(judged.pk)
    assert not Reading.objects.of_period(period).exists()


@pytest.mark.race
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_the_same_form_confirmed_by_many_presses_at_once_has_one_effect(cast, previous, judged):
    def press():
        uploading.confirm_upload(user=cast.client, upload=judged, with_stale=False)
        tasks.work_on_upload(judged.pk)

    refused = errors(at_once(*[press] * 6))
    assert all(isinstance(error, DomainError) for error in refused)
    assert len(refused) == 5
    assert ReadingEvent.objects.count() == 2
