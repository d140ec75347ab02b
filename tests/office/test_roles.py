"""Each role sees its own menu and start page, and nothing English in them."""

import re

import pytest
from django.contrib.auth.models import Group
from django.test import RequestFactory
from django.urls import reverse
from wagtail.admin.menu import admin_menu, settings_menu

from portal.demo import builders
from portal.exports import neutral

pytestmark = pytest.mark.django_db

MENUS = {
    "editor": ["Тексты", "Страницы", "Изображения", "Документы"],
    "curator": ["Показания", "Клиенты", "Учёт", "Расчёты", "Загрузки", "Окна приёма", "Журнал действий"],
    "admin": [
        "Показания",
        "Клиенты",
        "Учёт",
        "Расчёты",
        "Загрузки",
        "Окна приёма",
        "Тексты",
        "Сотрудники",
        "Журнал действий",
        "Страницы",
        "Изображения",
        "Документы",
    ],
}
PAGES = [
    *("", "account/", "contract/", "contract/new/", "meter/new/", "text/", "images/", "documents/", "users/new/"),
    *("loads/", "loads/new/", "readings/", "readings/progress/"),
]
ENGLISH = re.compile(r">\s*([A-Z][a-z]+(?: [a-z]+)*)\s*<")


def menu_of(user):
    request = RequestFactory().get(reverse("wagtailadmin_home"))  # viewsets join the menu once the addresses are read
    request.user = user
    return [str(item.label) for item in sorted(admin_menu.menu_items_for_request(request), key=lambda one: one.order)]


@pytest.mark.parametrize("who", MENUS)
def test_each_role_has_its_own_menu(cast, who):
    user = getattr(cast, who)
    user.is_superuser = False
    assert set(menu_of(user)) - {"Настройки"} == set(MENUS[who])


def test_the_menu_follows_the_work(cast):
    shown = menu_of(cast.curator)
    assert shown == MENUS["curator"]


def test_groups_are_not_edited_in_the_menu(cast):
    request = RequestFactory().get("/admin/")
    request.user = cast.admin
    assert "groups" not in [item.name for item in settings_menu.menu_items_for_request(request)]


def test_the_three_groups_come_with_the_portal():
    assert set(Group.objects.values_list("name", flat=True)) == {"Редактор", "Куратор", "Администратор"}


def test_a_curators_start_page_says_what_waits(cast, as_user):
    builders.sent_reading(cast.register, builders.periods.this_period(), 5)
    builders.sent_reading(cast.other_register, builders.periods.this_period(), 5)
    page = as_user(cast.curator).get("/admin/").content.decode()
    assert f"Показания: {cast.department.name}" in page
    assert cast.other_department.name not in page
    assert "открыто до" in page


def test_a_start_page_costs_the_same_for_many_departments(cast, as_user, django_assert_max_num_queries):
    for _ in range(10):
        builders.window(builders.department())
    client = as_user(cast.admin)
    client.get("/admin/")
    with django_assert_max_num_queries(45):
        client.get("/admin/")


@pytest.mark.parametrize("who", MENUS)
def test_the_main_pages_have_no_english(cast, as_user, who):
    client = as_user(getattr(cast, who))
    said = {}
    for url in (
        "",
        "account/",
        "contract/",
        "contract/new/",
        "meter/new/",
        "text/",
        "images/",
        "documents/",
        "users/new/",
    ):
        response = client.get(f"/admin/{url}")
        if response.status_code == 200:
            page = re.sub(r"<(script|style|template|svg).*?</\1>", "", response.content.decode(), flags=re.DOTALL)
            said[url] = ENGLISH.findall(page)
    assert {url: words for url, words in said.items() if words} == {}


@pytest.mark.parametrize("cell", ["=1+1", "+7", "-1", "@A1", "\tx", "\rx"])
def test_a_downloaded_cell_is_never_a_formula(cell):
    assert neutral(cell) == f"'{cell}"


def test_other_cells_stay_as_they_are():
    assert [neutral("ООО"), neutral(-5), neutral("")] == ["ООО", -5, ""]
