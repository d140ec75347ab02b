"""How many SQL statements an address costs."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def statements(client: Client, url: str, **headers: str) -> list[str]:
    """The statements of one GET; those that open and close transactions are not counted."""
    client.get(url, headers=headers)  # content types, sites and the like are kept by the process
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = client.get(url, headers=headers)
    assert response.status_code == 200, f"{url} answered {response.status_code}"
    bookkeeping = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")
    return [query["sql"] for query in captured if not query["sql"].startswith(bookkeeping)]
