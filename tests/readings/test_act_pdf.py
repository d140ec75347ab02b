"""The act as PDF: what stands on paper, and that it is made of our own files alone."""

import datetime as dt
import io
from itertools import pairwise

import pytest
import time_machine
from django.contrib.staticfiles import finders
from pypdf import PdfReader
from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError

from cabinet.contracts.models import Contract, Facility
from cabinet.readings.act import pdf
from cabinet.readings.act.content import act_of
from portal.demo import builders

PERIOD = dt.date(2026, 11, 1)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-27 12:00:00+03:00", tick=False):
        yield


@pytest.fixture
def contract(db):
    """Forty-five meters in three facilities of names that do not fit in a line."""
    organisation = builders.organisation(name="Общество с ограниченной ответственностью «Вымпел-Снаб <Логистика>»")
    made = builders.contract(organisation, number="77-45-001234", signature_agreement_date=dt.date(2021, 6, 1))
    for number in range(3):
        name = f"Производственно-складской комплекс № {number + 1} с очень длинным наименованием, литера Б"
        facility = builders.facility(made, name=name)
        for _ in range(15):
            meter = builders.meter(builders.point(facility), ratio=40)
            register = builders.register(meter)
            builders.sent_reading(register, dt.date(2026, 10, 1), "15064.15")
            builders.sent_reading(register, PERIOD, "15164.65")
    return made


def pages(contract, **changes):
    wanted = {"contract": contract, "period": PERIOD, "facilities": Facility.objects.all(), "filled": True}
    reader = PdfReader(io.BytesIO(pdf.act_pdf(act_of(**(wanted | {"number": "000042"} | changes)))))
    return reader, [" ".join(page.extract_text().replace("\u2009", " ").split()) for page in reader.pages]


def without_margins(text, contract):
    """A page's rows: without the facility that its margin names as going on."""
    for facility in contract.facilities.all():
        text = text.replace(f"{facility.name} (продолжение)", "")
    return text


def test_every_page_repeats_the_columns_and_says_which_it_is_of_how_many(contract):
    _, texts = pages(contract)
    assert len(texts) > 2
    for number, text in enumerate(texts, 1):
        assert "Текущие" in text
        assert "итого к расчёту" in text
        assert f"стр. {number} из {len(texts)}" in text
        assert "Документ № 000042" in text


def test_the_head_names_the_parties_the_period_and_the_document(contract):
    _, [first, *_] = pages(contract)
    organisation = contract.organisation
    for words in (
        "Акт снятия показаний расчётных приборов учёта",
        "«Вымпел-Снаб <Логистика>»",
        f"{organisation.inn} / {organisation.kpp}",
        "№ 77-45-001234 от 14.03.2019",
        "ноябрь 2026",
        "на 00:00 01.12.2026",
        contract.department.name,
        "№ 000042 от 27.11.2026",
    ):
        assert words in first


def test_a_filled_act_has_the_readings_the_sums_and_the_agreement(contract):
    _, texts = pages(contract)
    assert "015 164,65" in texts[0]
    assert "100,50" in texts[0]
    assert "4 020,00" in texts[0]
    assert "Итого по объекту" in " ".join(texts)
    assert "180 900,00" in texts[-1]
    stated = "соглашение об использовании электронно-цифровой подписи от 01.06.2021"
    assert stated in texts[-1]
    assert "М. П." in texts[-1]


def test_a_blank_has_the_previous_readings_alone(contract):
    _, texts = pages(contract, filled=False)
    whole = " ".join(texts)
    assert "015 064,15" in whole
    assert "015 164,65" not in whole
    assert "электронно-цифровой подписи" not in whole


def test_an_act_of_chosen_facilities_says_so(contract):
    chosen = Facility.objects.filter(pk=contract.facilities.first().pk)
    assert "по выбранным объектам" in pages(contract, facilities=chosen)[1][0]
    assert "по выбранным объектам" not in pages(contract)[1][0]


def test_no_facility_is_named_at_the_foot_of_a_page_without_a_row(contract):
    _, texts = pages(contract)
    for text in texts:
        tail = without_margins(text, contract).split("литера Б")[-1]
        assert "Меркурий" in tail


def test_a_page_that_goes_on_with_a_facility_names_it(contract):
    _, texts = pages(contract)
    names = [facility.name for facility in contract.facilities.all()]
    for before, text in pairwise(texts):
        rows = without_margins(before, contract)
        started = max(names, key=rows.rfind)
        goes_on = "Итого по объекту" not in rows[rows.rfind(started) :]
        assert (f"{started} (продолжение)" in text) == goes_on


def test_signatures_stand_under_rows(contract):
    for meters in range(4):
        for _ in range(meters and 1):
            builders.register(builders.meter(builders.point(contract.facilities.first())))
        _, texts = pages(contract)
        assert "Итого по договору" in texts[-1]
        assert "Меркурий" in texts[-1]


def test_the_file_has_its_title_language_and_fonts_within(contract):
    reader, _ = pages(contract)
    assert reader.metadata.title == "Акт снятия показаний, договор № 77-45-001234, ноябрь 2026"
    assert reader.trailer["/Root"]["/Lang"] == "ru"
    fonts = {}
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            [descendant] = font["/DescendantFonts"]
            descriptor = descendant["/FontDescriptor"]
            fonts[font["/BaseFont"].split("+")[1]] = "/FontFile2" in descriptor or "/FontFile3" in descriptor
    assert all(fonts.values())
    assert {name.split("-")[0] for name in fonts} == {"Latin", "Cyrillic"}


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/a.png",
        "http://127.0.0.1/",
        "ftp://example.com/a",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "portal:../settings.py",
        "portal:///etc/passwd",
        "act.css",
    ],
)
def test_nothing_but_our_own_files_is_fetched(url):
    with pytest.raises(ValueError, match="Not a file of the portal"):
        pdf.OwnFiles().fetch(url)


@pytest.mark.parametrize("url", ["https://example.com/a.png", "file:///etc/passwd", "/etc/passwd"])
def test_a_document_that_asks_for_a_foreign_file_is_not_made_at_all(url):
    html = f"<img src='{url}'>"
    with pytest.raises(FatalURLFetchingError):
        HTML(string=html, base_url="portal:", url_fetcher=pdf.OwnFiles()).write_pdf()


def test_without_its_fonts_there_is_no_act(monkeypatch):
    monkeypatch.setattr(finders, "find", lambda path: None)
    with pytest.raises(pdf.MissingFile, match="npm run build"):
        pdf.own_files()


def test_names_of_customers_cannot_bring_markup(contract):
    contract = Contract.objects.select_related("organisation", "department").get(pk=contract.pk)
    contract.organisation.name = "<img src='file:///etc/passwd'>"
    act = act_of(contract=contract, period=PERIOD, facilities=Facility.objects.all(), filled=True)
    assert "<img" not in pdf.act_html(act)


def test_the_progress_only_grows(contract):
    act = act_of(contract=contract, period=PERIOD, facilities=Facility.objects.all(), filled=True)
    told = []
    pdf.act_pdf(act, told.append)
    assert told == sorted(told)
    assert len(set(told)) > 4
    assert told[-1] == 99
