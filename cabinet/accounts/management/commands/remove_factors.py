"""``manage.py remove_factors login``: for a person who lost the telephone and the recovery codes."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cabinet.accounts import actions
from cabinet.accounts.models import User
from cabinet.common.emails import plain_email


class Command(BaseCommand):
    help = "Turn a person's second factor off, end the sessions and tell the person by a letter; be sure who asks."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("login", help="the e-mail the person signs in with")

    def handle(self, *, login: str, **options: Any) -> None:
        user = User.objects.filter(email=plain_email(login)).first()
        if user is None:
            raise CommandError(f"Nobody signs in as {login}.")
        if not actions.remove_factors(user=user):
            raise CommandError(f"{login} has no second factor.")
        self.stdout.write(f"{login} signs in with the password alone now; sessions are ended, a letter is on its way.")
