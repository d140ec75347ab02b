"""Search without regard to case finds Cyrillic on both databases."""

import pytest

from cabinet.common.sqlite import like
from cabinet.contracts.models import Organisation
from portal.demo import builders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def organisation() -> Organisation:
    return builders.organisation(name="ООО «Вымпел-Снаб» 100%_А\\Б")


@pytest.mark.parametrize("text", ["вымпел", "ВЫМПЕЛ-СНАБ", "ооо «в", "100%_а", "%_", "а\\б"])
def test_a_fragment_in_another_case_is_found(text: str) -> None:
    assert Organisation.objects.filter(name__icontains=text).exists()


@pytest.mark.parametrize("text", ["вымпл", "100_", "%%", "вы%пел", "\\\\"])
def test_signs_of_like_mean_themselves(text: str) -> None:
    assert not Organisation.objects.filter(name__icontains=text).exists()


def test_the_beginning_the_end_and_the_whole_are_found_too() -> None:
    assert Organisation.objects.filter(name__istartswith="ооо").exists()
    assert Organisation.objects.filter(name__iendswith="а\\б").exists()
    assert Organisation.objects.filter(name__iexact="ооо «вымпел-снаб» 100%_а\\б").exists()


def test_nothing_is_like_null() -> None:
    assert like(None, "а") is None
    assert like("а", None) is None
