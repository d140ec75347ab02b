"""The first page a person sees, in the browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [390, 768, 1440])
def test_sign_in_is_accessible(new_page: Callable[..., Page], axe: Callable, width: int, dark: bool) -> None:
    page = new_page(width=width, dark=dark)
    page.goto("/")
    expect(page.get_by_label("Пароль", exact=True)).to_be_visible()
    axe(page)


def test_a_client_comes_to_the_main_page(client_page: Page, axe: Callable) -> None:
    client_page.goto("/")
    expect(client_page.get_by_role("heading", level=1)).to_be_visible()
    axe(client_page)


def test_the_cabinet_works_without_javascript(new_page: Callable[..., Page]) -> None:
    page = new_page("client@example.com", javascript=False)
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
