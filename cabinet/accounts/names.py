"""How people's names are written."""

import re
import unicodedata

from django.core.exceptions import ValidationError

_NAME = re.compile(r"[^\W\d_]+(?:[ .'’-]+[^\W\d_]+)*\.?")


def clean_name(text: str) -> str:
    """The name with single spaces, letters composed; raises ValidationError for what no name has.

    Letters go out in mails: an address or markup in a name would make the portal a spammer.
    """
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if name and not _NAME.fullmatch(name):
        raise ValidationError("Допустимы буквы, пробел, дефис и апостроф.", code="name")
    return name
