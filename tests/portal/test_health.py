"""What a proxy is told when it asks whether this process can serve."""

from typing import NoReturn

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import Client
from pytest_django import Settings
from redis.exceptions import ConnectionError as NoRedis

from tests.cast import Cast
from tests.walls.statements import statements

URL = "/healthz"


@pytest.mark.django_db
def test_all_is_well(client: Client) -> None:
    response = client.get(URL)
    assert (response.status_code, response.text) == (200, "ok")
    assert response["Cache-Control"] == "no-store"


def test_it_asks_one_statement_even_of_somebody_signed_in(cast: Cast, as_user) -> None:
    assert statements(as_user(cast.client), URL) == ["SELECT 1"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("part", "name", "error"),
    [(connection, "cursor", OperationalError("database")), (cache, "get", NoRedis("redis"))],
    ids=["database", "cache"],
)
def test_what_does_not_answer_is_told(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, part, name: str, error: Exception
) -> None:
    def fail(*args: object, **kwargs: object) -> NoReturn:
        raise error

    monkeypatch.setattr(part, name, fail)
    response = client.get(URL)
    assert (response.status_code, response.text) == (503, "unavailable")
    assert "not healthy" in caplog.text and str(error) in caplog.text


@pytest.mark.django_db
def test_it_is_asked_over_http_behind_the_proxy(client: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/").status_code == 301
    assert client.get(URL).status_code == 200


@pytest.mark.django_db
def test_it_is_only_asked(client: Client) -> None:
    assert client.post(URL).status_code == 405
