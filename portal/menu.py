"""The frame of every cabinet page: side menu, header and footer, as explicit lists."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, Min
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from cabinet.accounts.models import User
from cabinet.common.digits import plural
from cabinet.contracts.models import Contract
from cabinet.contracts.views.listing import WIDGET_ROWS
from cms_pages.texts.templatetags.texts import text_of


@dataclass(frozen=True)
class Entry:
    """A line of the side menu or the header; ``current`` is what ``aria-current`` says of it."""

    label: str
    url: str
    icon: str
    current: str


# label, URL name, icon; an entry appears in the commit that brings its feature
MENU = [
    ("Главная", "home", "home"),
    ("Договоры", "contracts", "file-text"),
    ("Передать показания", "readings-start", "bolt"),
]
HEADER = [
    ("Все контакты", "contacts", "address-book"),
    ("Настроить профиль", "profile", "user"),
]


def frame(request: HttpRequest) -> dict:
    """Context processor: what the frame shows, asked of the database only by a template that shows it."""
    path = request.path
    return {
        "menu": SimpleLazyObject(lambda: [entry(path, *line) for line in MENU]),
        "header_links": SimpleLazyObject(lambda: [entry(path, *line) for line in HEADER]),
        "served": SimpleLazyObject(lambda: Served(request.user)),
        "footer_texts": SimpleLazyObject(lambda: footer_texts(request)),
    }


def entry(path: str, label: str, name: str, icon: str) -> Entry:
    """A line for the page at ``path``: it is its own page, or its section, or neither."""
    url = reverse(name)
    section = url != "/" and path.startswith(url)
    return Entry(label, url, icon, current="page" if path == url else "true" if section else "")


def footer_texts(request: HttpRequest) -> dict:
    """What editors wrote for the footer."""
    return {
        "feedback": text_of(request, "footer-feedback"),
        "requirements": text_of(request, "footer-requirements"),
    }


class Served:
    """Whom the supplier serves here and who of it: one statement, whatever the number of contracts."""

    def __init__(self, user: User) -> None:
        self.user = user

    @cached_property
    def _facts(self) -> dict:
        """Counts, and the smallest of each name: where there is one organisation or curator, it is theirs."""
        return Contract.objects.for_user(self.user).aggregate(
            contracts=Count("pk"),
            organisations=Count("organisation", distinct=True),
            organisation=Min("organisation__name"),
            curators=Count("curator", distinct=True),
            **{name: Min(f"curator__{name}") for name in ("last_name", "first_name", "patronymic", "phone")},
        )

    @property
    def contracts(self) -> int:
        """How many contracts are bound to the user."""
        return self._facts["contracts"]

    @property
    def first_contracts(self) -> range:
        """As many as the widget «Договоры» shows: it keeps their room while they are on their way."""
        return range(min(self.contracts, WIDGET_ROWS))

    @property
    def organisation(self) -> str:
        """The only organisation's name, or how many there are; empty without a contract."""
        number = self._facts["organisations"]
        if number > 1:
            return plural(number, "организация", "организации", "организаций")
        return self._facts["organisation"] or ""

    @property
    def curators(self) -> int:
        """How many people of the supplier serve the user's contracts."""
        return self._facts["curators"]

    @property
    def curator(self) -> User | None:
        """The only curator: name and phone."""
        if self.curators != 1:
            return None
        return User(**{name: self._facts[name] for name in ("last_name", "first_name", "patronymic", "phone")})
