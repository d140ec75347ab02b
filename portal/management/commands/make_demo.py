"""``manage.py make_demo``: the demo cast and its data, once; see docs/demo.md."""

import datetime as dt
from argparse import ArgumentParser
from time import perf_counter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError

from portal.demo import load, people
from portal.demo.clock import Clock


class Command(BaseCommand):
    help = "Load the demo cast with two years of readings; what is there already stays as it is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--today", type=dt.date.fromisoformat, metavar="YYYY-MM-DD", help="the day the demo is made for"
        )
        parser.add_argument(
            "--meters", type=int, default=0, metavar="N", help=f"make {people.BIG} with a contract of N meters too"
        )
        parser.add_argument("--remove", action="store_true", help="remove the demo accounts and their data")

    def handle(self, *, today: dt.date | None, meters: int, remove: bool, **options: Any) -> None:
        if remove:
            self.stdout.write(f"Demo accounts removed: {load.remove()}.")
            return
        if not settings.EMBEDDED:
            raise CommandError("The demo is for the embedded mode: its password is known to everybody.")
        if meters < 0:
            raise CommandError("--meters takes the number of meters.")
        try:
            self.make(Clock.on(today), meters)
        except IntegrityError as error:
            raise CommandError(f"The demo clashes with data that are there, nothing was changed: {error}") from error

    def make(self, clock: Clock, meters: int) -> None:
        """Make what is not there yet."""
        started = perf_counter()
        if load.cast_is_there():
            self.stdout.write("The demo is there already.")
        else:
            load.make_cast(clock)
            self.stdout.write(f"The demo is made in {perf_counter() - started:.1f} s.")
            self.stdout.write(
                f"Sign in as {people.CLIENT}, password {settings.DEMO_PASSWORD}; docs/demo.md names the others."
            )
        if not meters:
            return
        if there := load.big_meters():
            self.stdout.write(f"{people.BIG} has a contract of {there} meters already.")
            return
        started = perf_counter()
        load.make_big(meters, clock)
        self.stdout.write(f"{people.BIG}: a contract of {meters} meters is made in {perf_counter() - started:.1f} s.")
