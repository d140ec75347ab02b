"""What a person who may not, or who asks for what is not there, is shown around the reason."""

import pytest
from django.urls import reverse

from tests.cast import Cast

pytestmark = pytest.mark.django_db
MENU = 'aria-label="Разделы"'
NUMBER = "Номер обращения к серверу"


def nowhere() -> str:
    return reverse("contract-info", args=[10**9])


def test_who_is_signed_in_keeps_the_frame_and_reads_the_number_of_his_request(cast: Cast, as_user) -> None:
    missing = as_user(cast.client).get(nowhere())
    assert missing.status_code == 404 and MENU in missing.text and NUMBER in missing.text
    forbidden = as_user(cast.energetik).get(reverse("contract-access", args=[cast.contract.pk]))
    assert forbidden.status_code == 403 and MENU in forbidden.text and NUMBER in forbidden.text
    assert f"Доступом управляет: {cast.client.get_short_name()}" in forbidden.text


def test_who_is_not_gets_a_page_without_it(client) -> None:
    answer = client.get("/nowhere/")
    assert answer.status_code == 404 and MENU not in answer.text and "На главную" in answer.text


def test_in_the_back_office_there_is_no_frame_of_the_cabinet(cast: Cast, as_user) -> None:
    answer = as_user(cast.curator).get("/admin/contract/edit/999999999/")
    assert answer.status_code == 404 and MENU not in answer.text


def test_a_refusal_in_the_dialog_is_a_fragment(cast: Cast, as_user) -> None:
    answer = as_user(cast.client).get(nowhere(), headers={"HX-Request": "true"})
    assert answer.status_code == 404 and "<!doctype" not in answer.text and "data-refusal" in answer.text
