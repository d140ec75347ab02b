"""Errors of the domain: each carries a Russian sentence for the person and knows nothing of HTTP."""


class DomainError(Exception):
    """An action was refused; the message is shown to the person as it is.

    ``field`` names the form field the sentence belongs to, if there is one.
    """

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class NotAllowed(DomainError):
    """The person may not do this, or not now."""


class TooManyAttempts(DomainError):
    """A limit of attempts is used up."""
