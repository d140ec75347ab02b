"""How people's names are written."""

import re
import unicodedata

from django.core.exceptions import ValidationError

WORDS_AT_MOST = 4  # «Алиев Гейдар Алирза оглы» is one
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|[^\W\d_]\.")


def clean_name(text: str) -> str:
    """The name with single spaces, letters composed; raises ValidationError for what no name has.

    Letters go out in mails: an address, a sentence or markup in a name would make the portal a spammer. So a dot
    stands after an initial alone.
    """
    name = re.sub(r" ?- ?", "-", " ".join(unicodedata.normalize("NFC", text).split()))
    words = name.split()
    if any(not _WORD.fullmatch(word) for word in words):
        raise ValidationError("Допустимы буквы, пробел, дефис и апостроф.", code="name")
    if len(words) > WORDS_AT_MOST:
        raise ValidationError("Слишком много слов для имени.", code="name")
    return name
