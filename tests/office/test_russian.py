"""The back office speaks Russian: what Wagtail lacks stands in our ``locale/``."""

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import wagtail
from django.conf import settings

WAGTAIL = Path(wagtail.__file__).parent
APPS = ["admin", ".", "users", "images", "documents", "sites", "embeds", "search"]
CATALOGUES = [path for app in APPS for path in sorted((WAGTAIL / app / "locale/en/LC_MESSAGES").glob("*.po"))]
OURS = Path(settings.LOCALE_PATHS[0]) / "ru/LC_MESSAGES/django"


def messages(path: Path) -> Iterator[str]:
    """The keys of a .po file as a compiled catalogue has them."""
    for entry in re.split(r"\n\s*\n", path.read_text()):
        lines = [line for line in entry.splitlines() if line and not line.startswith("#")]
        fields: dict[str, str] = {}
        for line in lines:
            if not line.startswith('"'):
                name, _, line = line.partition(" ")
                fields[name] = ""
            fields[name] += ast.literal_eval(line)
        if fields.get("msgid"):
            context = f"{fields['msgctxt']}\x04" if "msgctxt" in fields else ""
            yield context + fields["msgid"]


def translated(path: Path) -> set[str]:
    """The keys that a compiled catalogue translates."""
    with path.open("rb") as file:
        catalogue = gettext.GNUTranslations(file)._catalog
    return {key[0] if isinstance(key, tuple) else key for key in catalogue}


@pytest.mark.parametrize("english", CATALOGUES, ids=lambda path: path.relative_to(WAGTAIL).as_posix())
def test_every_string_of_wagtail_has_a_translation(english):
    russian = english.parents[2] / f"ru/LC_MESSAGES/{english.stem}.mo"
    known = translated(russian) | translated(OURS.with_suffix(".mo"))
    assert [key for key in messages(english) if key not in known] == []


def test_the_compiled_catalogue_is_of_the_written_one():
    assert set(messages(OURS.with_suffix(".po"))) == translated(OURS.with_suffix(".mo")) - {""}
