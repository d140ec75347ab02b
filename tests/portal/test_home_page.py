"""The main page: greeting, what to do now, the board of widgets."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.urls import reverse

from portal import home
from tests.cast import Cast

HTMX = {"HX-Request": "true"}


@pytest.fixture
def three_widgets(monkeypatch) -> None:
    """More than the one widget there is, to move them about."""
    common = {"page": "contracts", "body": "contracts-widget", "icon": "file-text"}
    extra = [home.Widget("second", "Второй", **common), home.Widget("third", "Третий", **common)]
    monkeypatch.setattr(home, "WIDGETS", [*home.WIDGETS, *extra])


def press(client, code: str, action: str, **headers: str):
    return client.post(reverse("home-widget", args=[code]), {"action": action}, headers=headers)


def board_of(client) -> tuple[list[str], list[str], list[str]]:
    """Codes of the shown, the folded and the removed widgets."""
    context = client.get(reverse("home")).context
    shown = context["widgets"]
    return (
        [each.code for each in shown],
        [each.code for each in shown if each.folded],
        [each.code for each in context["removed"]],
    )


def test_it_greets_by_the_polite_name_and_says_the_date(cast: Cast, as_user, monkeypatch) -> None:
    moment = dt.datetime(2026, 11, 24, 11, 30, tzinfo=dt.UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
    text = as_user(cast.client).get(reverse("home")).text
    assert "Добрый день, Наталья Викторовна" in text
    assert "Вторник, 24 ноября 2026" in text


@pytest.mark.parametrize(
    ("hour", "words"),
    [(4, "Доброй ночи"), (5, "Доброе утро"), (12, "Добрый день"), (18, "Добрый вечер"), (23, "Доброй ночи")],
)
def test_the_greeting_follows_the_hour(hour: int, words: str) -> None:
    assert home.greeting(hour) == words


def test_the_heading_leads_to_the_contracts_and_the_inside_is_loaded_by_itself(cast: Cast, as_user) -> None:
    text = as_user(cast.client).get(reverse("home")).text
    assert f'<a href="{reverse("contracts")}">Договоры</a>' in text
    assert f'hx-get="{reverse("contracts-widget")}" hx-trigger="load, retry, contractsChanged from:body"' in text
    assert "<noscript>" in text
    assert cast.contract.number not in text.partition('id="board"')[2]


def test_folding_hides_the_inside_and_keeps_the_heading(cast: Cast, as_user) -> None:
    client = as_user(cast.client)
    text = press(client, "contracts", "fold", **HTMX).text
    assert "Договоры" in text and "contracts-widget" not in text and 'value="unfold"' in text and "Раскрыть" in text
    assert board_of(client) == (["contracts"], ["contracts"], [])
    assert "contracts/widget" in press(client, "contracts", "unfold", **HTMX).text


def test_a_removed_widget_waits_in_the_panel_and_comes_back(cast: Cast, as_user) -> None:
    client = as_user(cast.client)
    text = press(client, "contracts", "remove", **HTMX).text
    assert "Убраны с экрана" in text and "Договоры · Раскрыть" in text and "data-widget=" not in text
    assert board_of(client) == ([], [], ["contracts"])
    press(client, "contracts", "restore", **HTMX)
    assert board_of(client) == (["contracts"], [], [])


def test_without_javascript_a_button_leads_back_to_the_page(cast: Cast, as_user) -> None:
    response = press(as_user(cast.client), "contracts", "fold")
    assert (response.status_code, response.url) == (302, reverse("home"))


def test_buttons_move_a_widget_and_the_order_is_kept_for_every_device(cast: Cast, as_user, three_widgets) -> None:
    press(as_user(cast.client), "third", "up", **HTMX)
    assert board_of(as_user(cast.client))[0] == ["contracts", "third", "second"]
    assert board_of(as_user(cast.accountant))[0] == ["contracts", "second", "third"]


def test_dragging_keeps_the_order(cast: Cast, as_user, three_widgets) -> None:
    client = as_user(cast.client)
    assert client.post(reverse("home-order"), {"order": ["third", "contracts", "nobody"]}).status_code == 204
    assert board_of(client)[0] == ["third", "contracts", "second"]


def test_the_words_of_a_widgets_buttons_are_shown(cast: Cast, as_user) -> None:
    text = as_user(cast.client).get(reverse("home")).text
    for words in ("Скрыть", "Убрать с экрана"):
        assert f'>{words}<span class="visually-hidden">: Договоры</span></button>' in text


def test_a_single_widget_offers_no_moving(cast: Cast, as_user) -> None:
    assert "Переместить" not in as_user(cast.client).get(reverse("home")).text


def test_two_devices_do_not_undo_one_another(cast: Cast, as_user, three_widgets) -> None:
    phone, desktop = as_user(cast.client), as_user(cast.client)
    board_of(phone), board_of(desktop)
    press(phone, "second", "fold", **HTMX)
    press(desktop, "third", "remove", **HTMX)
    assert board_of(phone) == (["contracts", "second"], ["second"], ["third"])


@pytest.mark.parametrize("layout", [None, [], "x", {"order": "contracts", "folded": 7, "removed": [None, "gone"]}])
def test_a_spoilt_layout_is_the_first_layout(cast: Cast, as_user, layout) -> None:
    type(cast.client).objects.filter(pk=cast.client.pk).update(home_layout=layout if layout is not None else {})
    assert board_of(as_user(cast.client)) == (["contracts"], [], [])


def test_a_widget_or_action_nobody_has_is_refused(cast: Cast, as_user) -> None:
    client = as_user(cast.client)
    assert press(client, "nobody", "fold").status_code == 404
    assert press(client, "contracts", "explode").status_code == 400
    assert client.get(reverse("home-widget", args=["contracts"])).status_code == 405


def test_the_anonymous_are_sent_to_sign_in(cast: Cast, client) -> None:
    assert client.get(reverse("home")).url.startswith(reverse("account_login"))
    assert press(client, "contracts", "fold").url.startswith(reverse("account_login"))


def test_what_to_do_now_shows_each_features_items(cast: Cast, as_user, monkeypatch) -> None:
    item = SimpleNamespace(
        title="Передать показания: 3 из 5", detail="Договор <№ 7>", url="/there/", action="Продолжить"
    )
    monkeypatch.setattr(home, "TO_DO", [lambda user: [item] if user == cast.client else []])
    for name in ("home", "home-todo"):
        text = as_user(cast.client).get(reverse(name)).text
        assert "Что сделать сейчас" in text and "Передать показания: 3 из 5" in text
        assert 'href="/there/"' in text and "Договор &lt;№ 7&gt;" in text


def test_with_nothing_to_do_there_is_no_block(cast: Cast, as_user, monkeypatch) -> None:
    monkeypatch.setattr(home, "TO_DO", [lambda user: []])
    assert "Что сделать сейчас" not in as_user(cast.client).get(reverse("home")).text
