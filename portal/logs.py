"""Logs as JSON lines, each with the id of the request it belongs to."""

import json
import logging
import re
from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")

# What PostgreSQL tells of the row («DETAIL:  Key (email)=(…)», its failing values, the statement): personal data.
# A value may have lines of its own, so it ends only where the next part or the next exception begins.
ROW_OF_POSTGRESQL = re.compile(
    r"\n(?:DETAIL|CONTEXT|QUERY|LINE \d+):.*?"
    r"(?=\n(?:HINT|SCHEMA NAME|TABLE NAME|CONSTRAINT NAME):|\n+(?:The above exception|During handling)|\n  File |\Z)",
    re.DOTALL,
)

# Django logs the path of a refused request: in a link from a letter it is a secret.
LINK_FROM_LETTER = re.compile(
    r"(/(?:invitations|accounts/confirm-email(?!/again)|accounts/password/reset/key)/)[^/\s]+"
)


def without_secrets(text: str) -> str:
    """The message or traceback without what PostgreSQL adds of the row, and without the secret of a mailed link."""
    return LINK_FROM_LETTER.sub(r"\1…", ROW_OF_POSTGRESQL.sub("", text))


class RequestIdFilter(logging.Filter):
    """Puts the current request's id on every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        return True


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, request and what ``extra`` gave as ``data``."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": without_secrets(record.getMessage()),
        }
        if getattr(record, "request_id", ""):
            line["request"] = record.request_id
        if hasattr(record, "data"):
            line["data"] = record.data
        if record.exc_info:
            line["exception"] = without_secrets(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)
