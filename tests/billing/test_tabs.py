"""«Платежи», «Документы» and «Акты нарушений»: what each shows, to whom, as a page and as a window."""

import re

import pytest
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cabinet.contracts.models import ContractAccess
from cabinet.contracts.roles import Role
from portal.demo import builders
from tests.billing.conftest import first_column, table, text_of

pytestmark = pytest.mark.django_db
BY_HTMX = {"HX-Request": "true"}
TABS = ("payments", "documents", "violations")


def headings(answer):
    return [text_of(head) for head in re.findall(r"<th scope=\"col\".*?</th>", answer.content.decode(), re.DOTALL)]


def test_payments_show_number_date_and_sum_the_latest_first_with_the_total_of_all(tab):
    answer = tab("payments")
    assert headings(answer) == ["Номер ПД", "Дата платежа", "Сумма платежа, руб."]
    assert table(answer) == [
        ["4417", "18.11.2026", "1 240 000,00"],
        ["4382", "21.10.2026", "1 198 540,37"],
        ["4310", "19.09.2026", "1 076 912,80"],
        ["Найдено 3", "3 515 453,17"],
    ]


def test_what_was_found_and_its_sum_stand_above_the_rows_with_the_order_for_phones(tab):
    page = tab("payments", "sort=amount").content.decode()
    head, _, rows = page.partition("<table")
    assert "Найдено 3 Сумма платежа, руб.: 3 515 453,17" in text_of(head) and "Скачать в Excel" in head
    assert '<option value="amount" selected>' in head and "Скачать в Excel" not in rows


def test_documents_show_kind_date_number_total_and_vat(tab):
    answer = tab("documents")
    assert headings(answer) == [
        "Вид документа",
        "Дата документа",
        "Номер документа",
        "Сумма итоговая, руб.",
        "Сумма НДС, руб.",
    ]
    assert table(answer) == [
        ["Счёт", "05.11.2026", "СЧ-105", "120,00", "20,00"],
        ["Счёт-фактура", "31.10.2026", "СФ-31", "1 200,00", "200,00"],
        ["Акт сверки", "12.10.2026", "АС-3", "5,00", "—"],
        ["Корректировочный счёт-фактура", "20.09.2026", "КСФ-1", "−60,00", "−10,00"],
        ["Найдено 4. Чтобы увидеть сумму, выберите вид документа"],
    ]


def test_documents_of_one_kind_are_added_up(tab):
    assert table(tab("documents", "kind=tax_invoice"))[-1] == ["Найдено 1", "1 200,00", "200,00"]


def test_acts_show_what_the_manual_names_and_a_dash_for_no_point_and_no_meter(tab):
    answer = tab("violations")
    assert headings(answer) == [
        "Дата и номер составленного акта",
        "Вид выставленного акта",
        "Период учета акта",
        "Наименование точки учета",
        "Номер прибора учета",
        "Сумма по выставленному акту (в руб.)",
    ]
    period = "01.10.2024 – 31.12.2024"
    assert table(answer) == [
        ["17.08.2026 № 08-03/БУ", "Безучётное потребление", period, "Ввод 1", "31877102", "86 389,20"],
        ["17.01.2025 № 01-22/БД", "Бездоговорное потребление", period, "—", "—", "62 308,00"],
        ["Найдено 2", "148 697,20"],
    ]


@pytest.mark.parametrize("name", TABS)
def test_nothing_of_another_contract_is_shown(name, tab):
    for part in ("", "-print"):
        page = tab(name, part=part).content.decode()
        assert "ЧУЖОЙ-1" not in page and "СОСЕДНИЙ-1" not in page


def test_the_page_names_the_contract_and_its_tabs(tab, money):
    page = tab("documents").content.decode()
    assert f"<h1>Информация по договору № {money.contract.number}</h1>" in page
    assert "от 14.03.2019 · ООО «Вымпел-Снаб»" in page
    links = re.findall(r'<a id="tab-[\w-]+" href="([^"]+)"( aria-current="page")?>([^<]+)', page)
    assert [(label, bool(current)) for _, current, label in links] == [
        ("Платежи", False),
        ("Документы", True),
        ("Акты нарушений", False),
    ]
    assert [url for url, *_ in links] == [reverse(f"contract-{name}", args=[money.contract.pk]) for name in TABS]


@pytest.mark.parametrize("name", TABS)
def test_the_window_is_a_fragment_that_stays_in_the_dialog_and_leads_to_its_page(name, tab, money):
    answer = tab(name, "sort=date", **BY_HTMX)
    window = answer.content.decode()
    assert answer.status_code == 200
    assert "<!doctype" not in window and 'id="dialog-title"' in window
    assert 'hx-boost="true"' in window and answer["HX-Push-Url"] == "false"
    own = reverse(f"contract-{name}", args=[money.contract.pk])
    assert f'href="{own}?sort=date" hx-boost="false">Открыть на странице' in window
    assert 'href="?' not in window, "it would lead to the page beneath the window"
    assert "Открыть на странице" not in tab(name).content.decode()


def test_the_link_of_a_contract_opens_the_first_tab(as_user, money):
    url = reverse("contract-info", args=[money.contract.pk])
    for person in (money.client, money.accountant):
        assert as_user(person).get(url)["Location"] == reverse("contract-payments", args=[money.contract.pk])


@pytest.mark.parametrize("name", TABS)
@pytest.mark.parametrize("part", ["", "-file", "-print"])
def test_an_accountant_sees_the_money_an_engineer_reads_why_not_a_stranger_finds_nothing(name, part, tab, money):
    assert tab(name, part=part, user=money.accountant).status_code == 200
    refused = tab(name, part=part, user=money.energetik)
    assert refused.status_code == 403
    assert "Роль «Энергетик» не позволяет смотреть платежи, документы и акты нарушений." in refused.content.decode()
    assert tab(name, part=part, user=money.other).status_code == 404


def test_an_engineer_sees_the_contracts_facts_and_why_there_are_no_tabs(as_user, money):
    page = as_user(money.energetik).get(reverse("contract-info", args=[money.contract.pk])).content.decode()
    named = zip(re.findall(r"<dt>(.*?)</dt>", page), re.findall(r"<dd>(.*?)</dd>", page, re.DOTALL), strict=True)
    facts = {name: text_of(value) for name, value in named}
    assert facts == {
        "Организация": "ООО «Вымпел-Снаб»",
        "ИНН": money.organisation.inn,
        "Отделение": "Центральное отделение",
        "Куратор": "Кузнецова Ирина Викторовна",
        "Ценовая категория": "1",
        "Ваши объекты": f"{money.facility.name} {money.facility.address}".strip(),
        "Ваша роль": "Энергетик",
        "Доступ": "К выбранным объектам",
    }
    assert "Роль «Энергетик» не позволяет смотреть платежи, документы и акты нарушений." in page
    assert "видят Администратор и Бухгалтер договора" in page
    assert f"Роль меняет администратор договора: {money.client.get_short_name()}" in text_of(page)
    assert reverse("readings", args=[money.contract.pk]) in page and "tab-contract" not in page


def test_a_stranger_finds_no_contract_and_an_access_that_ended_is_none(as_user, money, settings):
    url = reverse("contract-info", args=[money.contract.pk])
    assert as_user(money.other).get(url).status_code == 404
    ContractAccess.objects.filter(user=money.energetik).update(until="2020-01-01")
    assert as_user(money.energetik).get(url).status_code == 404


def test_a_role_that_changes_while_the_window_is_open_closes_the_tab_with_the_reason(tab, money):
    assert tab("payments", user=money.accountant, **BY_HTMX).status_code == 200
    ContractAccess.objects.filter(user=money.accountant).update(role=Role.ENGINEER)
    answer = tab("payments", "page=2", user=money.accountant, **BY_HTMX)
    assert answer.status_code == 403 and "data-refusal" in answer.content.decode()


def test_the_head_sorts_keeps_the_filter_and_begins_anew(tab, money):
    answer = tab("payments", "date_from=01.10.2026&sort=amount&page=3")
    page = answer.content.decode()
    assert first_column(answer) == ["4382", "4417"]
    assert 'aria-sort="ascending"><a' in re.sub(r">\s+<", "><", page)
    own = reverse("contract-payments", args=[money.contract.pk])
    assert f'id="sort-amount" href="{own}?date_from=01.10.2026&amp;sort=-amount"' in page
    assert f'id="sort-number" href="{own}?date_from=01.10.2026&amp;sort=number"' in page


@pytest.mark.parametrize(
    ("name", "sort", "first"),
    [
        ("payments", "number", "4310"),
        ("payments", "-amount", "4417"),
        ("payments", "date", "4310"),
        ("payments", "password", "4417"),
        ("documents", "-total", "Счёт-фактура"),
        ("documents", "number", "Акт сверки"),
        ("documents", "vat", None),
        ("documents", "kind", "Счёт"),
        ("violations", "date", "17.01.2025 № 01-22/БД"),
        ("violations", "-amount", "17.08.2026 № 08-03/БУ"),
        ("violations", "point", "17.01.2025 № 01-22/БД"),
        ("violations", "meter", "17.01.2025 № 01-22/БД"),
        ("violations", "period", None),
        ("violations", "kind", "17.08.2026 № 08-03/БУ"),
    ],
)
def test_every_column_sorts(name, sort, first, tab):
    answer = tab(name, f"sort={sort}")
    assert answer.status_code == 200
    assert first is None or first_column(answer)[0] == first


def test_pages_never_overlap_and_totals_are_of_all(tab, money):
    for number in range(45):
        builders.payment(money.contract, number=f"Р-{number}", amount=1)
    pages = [tab("payments", f"sort=amount&page={number}") for number in (1, 2, 3)]
    numbers = [number for page in pages for number in first_column(page)]
    assert len(numbers) == len(set(numbers)) == 48
    assert {tuple(table(page)[-1]) for page in pages} == {("Найдено 48", "3 515 498,17")}
    assert first_column(tab("payments", "page=99")) == first_column(tab("payments", "page=3"))


def test_a_contract_without_money_says_what_will_be_there(as_user, money):
    answers = {
        "payments": "Здесь появятся платежи",
        "documents": "Здесь появятся счета",
        "violations": "Актов безучётного и бездоговорного потребления по договору нет.",
    }
    for name, said in answers.items():
        page = as_user(money.client).get(reverse(f"contract-{name}", args=[money.third_contract.pk]))
        assert said in page.content.decode() and "<table" not in page.content.decode()


def test_text_is_shown_as_text(tab, money):
    builders.violation_act(money.contract, number="<script>1</script>", point_name="<b>Ввод</b>", meter_serial="=1+1")
    page = tab("violations").content.decode()
    assert "<script>1" not in page and "<b>Ввод" not in page
    assert "&lt;b&gt;Ввод&lt;/b&gt;" in page


def test_the_facts_cost_few_statements(as_user, money, django_assert_max_num_queries):
    client = as_user(money.energetik)
    url = reverse("contract-info", args=[money.contract.pk])
    client.get(url)
    with django_assert_max_num_queries(5 + 8) as captured:
        client.get(url)
    assert isinstance(captured, CaptureQueriesContext)


def test_totals_are_exact_to_the_kopeck_whatever_the_database(tab, money):
    for number in range(300):
        builders.payment(money.signed_contract, number=f"Р-{number}", amount="99999999.07")
    url = reverse("contract-payments", args=[money.signed_contract.pk])
    answer = tab("payments").client.get(f"{url}?amount_from=2000000")
    assert table(answer)[-1] == ["Найдено 300", "29 999 999 721,00"]
