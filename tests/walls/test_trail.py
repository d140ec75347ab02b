"""Whatever changes a client's data is in the trail of its contract, in words, and of one kind.

An action of ours (a function with keyword-only ``user`` or ``actor``) needs one row below.
"""

import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import pytest
from wagtail.log_actions import registry

import cabinet
import imports
from cabinet.contracts.back_office import DepartmentViewSet
from cabinet.contracts.doors import Door
from cabinet.contracts.models import Department, ReceptionWindow
from cabinet.contracts.trail import recording
from cabinet.contracts.trail.reading import kinds as all_kinds
from cabinet.contracts.trail.recording import ContractLogEntry
from cabinet.readings.models import ActTemplate
from portal.demo import builders
from tests.office.doors import TENANT

ROOT = Path(__file__).parents[2]

OWN_ACCOUNT = "the person's own account, of no contract"
ASKS = "changes nothing of a contract: it looks up, asks for a file or keeps one"
PART = "a part of the actions that call it"
SUPPLIER = "the supplier's own, of no contract"

# the action → what it writes, or why it writes nothing
ACTIONS: dict[str, str] = {
    "cabinet.accounts.actions.cancel_email_change": OWN_ACCOUNT,
    "cabinet.accounts.actions.change_personal_data": OWN_ACCOUNT,
    "cabinet.accounts.actions.remove_factors": OWN_ACCOUNT,
    "cabinet.accounts.actions.request_email_change": OWN_ACCOUNT,
    "cabinet.accounts.own_sessions.end": OWN_ACCOUNT,
    "cabinet.contracts.actions.accepting.accept_as_user": "contracts.invitation_accepted",
    "cabinet.contracts.actions.binding.bind_contract": "contracts.bind",
    "cabinet.contracts.actions.changing.change_access": "contracts.access_changed",
    "cabinet.contracts.actions.changing.remove_access": "contracts.access_removed",
    "cabinet.contracts.actions.granting.grant_access": "contracts.access_grant",
    "cabinet.contracts.actions.granting.look_up": ASKS,
    "cabinet.contracts.actions.inviting.invite": "contracts.invite",
    "cabinet.contracts.actions.inviting.invite_again": "contracts.invite_again",
    "cabinet.contracts.actions.inviting.withdraw": "contracts.invitation_withdrawn",
    "cabinet.contracts.actions.leaving.hand_over": "contracts.hand_over",
    "cabinet.contracts.actions.leaving.unbind_contract": "contracts.unbind",
    "cabinet.contracts.actions.requesting.ask_for_access": "contracts.request",
    "cabinet.contracts.actions.requesting.grant_request": "contracts.request_granted",
    "cabinet.contracts.actions.requesting.refuse_request": "contracts.request_refused",
    "cabinet.contracts.actions.requesting.withdraw_request": "contracts.request_withdrawn",
    "cabinet.contracts.actions.seeing.note_seeing": "contracts.seen",
    "cabinet.contracts.actions.switching.note_switch": "contracts.account_off",
    "cabinet.contracts.actions.telling.note": PART,
    "cabinet.contracts.actions.telling.note_each": PART,
    "cabinet.contracts.actions.telling.tell_of_change": PART,
    "cabinet.contracts.actions.telling.tell_of_removal": PART,
    "cabinet.contracts.trail.recording.record": PART,
    "cabinet.contracts.trail.recording.record_each": PART,
    "cabinet.contracts.reception.fill_year": "contracts.windows_year",
    "cabinet.readings.acceptance.accept_readings": "readings.accept",
    "cabinet.readings.acceptance.reject_readings": "readings.reject",
    "cabinet.readings.act.printing.request_print": ASKS,
    "cabinet.readings.act.template.drop_template": "readings.template_dropped",
    "cabinet.readings.act.template.take_template": "readings.template",
    "cabinet.readings.actions.lock_readings": "readings.lock",
    "cabinet.readings.actions.remember": PART,
    "cabinet.readings.actions.save_readings": "readings.typed",
    "cabinet.readings.actions.send_readings": "readings.send",
    "cabinet.readings.openings.save_opening_readings": "readings.opening",
    "cabinet.readings.workbook.applying.apply_entries": "readings.upload",
    "cabinet.readings.workbook.bulk.write_history": PART,
    "cabinet.readings.workbook.exporting.form_file": ASKS,
    "cabinet.readings.workbook.exporting.request_export": ASKS,
    "cabinet.readings.workbook.uploading.cancel_upload": ASKS,
    "cabinet.readings.workbook.uploading.confirm_upload": "readings.upload",
    "cabinet.readings.workbook.uploading.receive_upload": ASKS,
    "imports.actions.applying.confirm": "imports.applied",
    "imports.actions.receiving.judge_again": ASKS,
    "imports.actions.receiving.receive": ASKS,
    "imports.actions.receiving.throw_away": ASKS,
    "imports.actions.taking_back.ask_back": "imports.taken_back",
}
# what happens without anybody the portal knows
BY_NOBODY = {"contracts.invitation_locked"}
# what the same action writes when it goes the other way
BACK = {"contracts.account_on"}
WRITTEN = sorted({name for name in ACTIONS.values() if " " not in name} | BY_NOBODY | BACK)
# what belongs to no contract: the supplier's departments, their windows, his template of the act
OF_NO_CONTRACT = {"contracts.windows_year", "readings.template", "readings.template_dropped"}
ROWS_OF_NO_CONTRACT = {Department, ReceptionWindow, ActTemplate}


def actions() -> set[str]:
    """Every function of the cabinet and of the loads that is told who acts."""
    found = set()
    packages = [(cabinet.__path__, "cabinet."), (imports.__path__, "imports.")]
    for info in (each for path, prefix in packages for each in pkgutil.walk_packages(path, prefix)):
        if ".migrations" in info.name:
            continue
        for name, function in vars(importlib.import_module(info.name)).items():
            if not inspect.isfunction(function) or function.__module__ != info.name or name.startswith("_"):
                continue
            parameters = inspect.signature(function).parameters.values()
            if {each.name for each in parameters if each.kind is each.KEYWORD_ONLY} & {"user", "actor"}:
                found.add(f"{info.name}.{name}")
    return found


def sources(folder: str) -> str:
    """The Python of a folder as one text, this file apart."""
    return "".join(path.read_text() for path in (ROOT / folder).rglob("*.py") if path != Path(__file__))


def test_every_action_says_what_it_writes_into_the_trail() -> None:
    assert actions() - set(ACTIONS) == set(), "Add rows to ACTIONS"
    assert set(ACTIONS) - actions() == set(), "Remove rows from ACTIONS"


@pytest.mark.parametrize("name", WRITTEN)
def test_what_an_action_writes_is_registered_written_and_tested(name: str) -> None:
    assert registry.action_exists(name)
    assert f'"{name}"' in sources("cabinet") + sources("imports")
    assert f'"{name}"' in sources("tests"), f"No test looks for {name} in the trail"


def test_every_registered_action_of_ours_is_written_by_an_action() -> None:
    registry.scan_for_actions()
    ours = {
        name
        for name in registry.formatters
        if name.startswith(("contracts.", "readings.", "metering.", "billing.", "imports."))
    }
    assert ours - set(WRITTEN) == set()


@pytest.mark.parametrize("viewset", TENANT.values(), ids=TENANT)
def test_every_form_of_the_back_office_keeps_the_trail_of_its_model(viewset: DepartmentViewSet) -> None:
    assert viewset.read_only or viewset.model in recording._owners
    assert viewset.read_only or registry.get_log_model_for_model(viewset.model) is ContractLogEntry


@pytest.mark.django_db
def test_every_entry_of_a_contract_is_of_one_kind_and_says_what_was_done_in_russian() -> None:
    contract = builders.contract()
    person = builders.user("person@example.com")
    for name in WRITTEN:
        if name not in OF_NO_CONTRACT:
            recording.record(action=name, actor=person, contract=contract, door=Door.PAGE)
    rows = set(recording._owners) - ROWS_OF_NO_CONTRACT
    for model in rows:
        for done in recording.DONE:
            said = {"title": "Запись", "contract": contract, "user": person}
            ContractLogEntry.objects.log_action(model(pk=1), done, **said)
    entries = ContractLogEntry.objects.filter(contract=contract)
    assert entries.count() == 3 * len(rows) + len(set(WRITTEN) - OF_NO_CONTRACT)
    for entry in entries:
        kinds = [kind.code for kind in all_kinds().values() if entries.filter(kind.entries, pk=entry.pk).exists()]
        assert len(kinds) == 1, (entry.action, entry.content_type, kinds)
        assert entry.words[:1].isupper()
        assert not re.search("[a-z]", entry.words.replace("Excel", "")), entry.words
