"""The standing cast of the tests is what its names say."""

from cabinet.contracts.models import Contract, Facility
from cabinet.contracts.roles import Ability
from cabinet.contracts.validators import validate_inn, validate_ogrn
from cabinet.metering.models import Register
from tests.cast import Cast


def test_each_person_knows_of_his_contracts_alone(cast: Cast) -> None:
    three = {cast.contract, cast.signed_contract, cast.third_contract}
    assert set(Contract.objects.for_user(cast.client)) == three
    assert set(Contract.objects.for_user(cast.accountant)) == three
    assert set(Contract.objects.for_user(cast.energetik)) == {cast.contract}
    assert set(Contract.objects.for_user(cast.other)) == {cast.other_contract}
    assert not Contract.objects.for_user(cast.newcomer)
    assert not cast.unbound_contract.accesses.exists()


def test_the_engineer_has_chosen_facilities_and_the_accountant_no_readings(cast: Cast) -> None:
    assert list(Facility.objects.for_user(cast.energetik, Ability.READINGS)) == [cast.facility]
    assert list(Register.objects.for_user(cast.energetik)) == [cast.register]
    assert not Facility.objects.for_user(cast.accountant, Ability.READINGS)


def test_the_numbers_of_organisations_have_right_check_digits(cast: Cast) -> None:
    for organisation in (cast.organisation, cast.other_contract.organisation):
        validate_inn(organisation.inn)
        validate_ogrn(organisation.ogrn)


def test_the_login_is_confirmed_and_the_demo_password_fits(cast: Cast, settings) -> None:
    assert cast.client.check_password(settings.DEMO_PASSWORD)
    assert cast.client.emailaddress_set.get().verified


def test_a_member_of_the_cast_signs_in(cast: Cast, as_user) -> None:
    assert as_user(cast.curator).session["_auth_user_id"] == str(cast.curator.pk)
