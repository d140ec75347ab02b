"""Addresses of e-mail: one spelling for one mailbox, so that nobody has two logins with the same one."""


def plain_email(text: str) -> str:
    """An address without spaces around it, in one case, its domain in letters («почта.рф», never «xn--…»).

    Another spelling of a domain is left as it is: ``has_one_spelling`` tells it.
    """
    local, at, domain = text.strip().lower().rpartition("@")
    return local + at + (_as_mail_reads(domain) or domain if domain.isascii() else domain)


def has_one_spelling(domain: str) -> bool:
    """Whether mail reads the domain of a ``plain_email`` as it is written: no full-width letters, soft hyphens, «ß»."""
    return _as_mail_reads(domain) == domain


def _as_mail_reads(domain: str) -> str:
    try:
        return domain.encode("idna").decode("idna")
    except UnicodeError:  # no domain
        return ""
