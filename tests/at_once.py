"""Races: calls on connections of their own, at the same time."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connections


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What the calls answered, an exception where one was raised; in the order in which they ended."""
    answers: list[Any] = []

    def run(call: Callable[[], Any]) -> None:
        try:
            answers.append(call())
        except Exception as error:
            answers.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def errors(answers: list[Any]) -> list[Exception]:
    """The exceptions among the answers."""
    return [answer for answer in answers if isinstance(answer, Exception)]
