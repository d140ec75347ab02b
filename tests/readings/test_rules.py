"""The arithmetic of readings, by properties and by hand-made figures."""

from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from cabinet.readings import rules

D = Decimal
NO_LIMITS = rules.Limits(hours=720)
digits = st.integers(1, 8)
ratios = st.decimals("0.001", "10000", places=3)


@st.composite
def two_readings(draw):
    """Previous and current reading of a meter with so many digits."""
    before = draw(digits)
    top = D(10) ** before - D("0.01")
    values = st.decimals(0, top, places=2)
    return draw(values), draw(values), before


@given(two_readings())
def test_a_turn_is_never_negative_and_leads_from_one_reading_to_the_other(case):
    previous, current, before = case
    step = rules.turn(previous, current, before)
    assert step.difference >= 0
    assert (previous + step.difference) % (D(10) ** before) == current
    assert step.rolled_over == (current < previous)


@given(two_readings(), ratios)
def test_energy_grows_with_the_ratio(case, ratio):
    previous, current, before = case
    assume(current >= previous)
    energy = rules.consumption(previous, current, digits_before=before, ratio=ratio, limits=NO_LIMITS)
    assert energy == (current - previous) * ratio


@given(st.lists(st.tuples(st.decimals(0, 10**6, places=2), st.booleans()), max_size=20))
def test_the_total_of_a_facility_is_what_came_in_less_what_went_on(points):
    total = rules.facility_total(rules.PointEnergy(energy, transit) for energy, transit in points)
    assert total == sum(e for e, t in points if not t) - sum(e for e, t in points if t)


@given(st.decimals(0, 10**6, places=2), st.decimals(0, 100, places=2), st.decimals(0, 1000, places=2))
def test_losses_only_add(energy, percent, fixed):
    assert rules.with_losses(energy, percent=percent, fixed=fixed) >= energy


def test_losses_are_a_share_and_a_fixed_part():
    assert rules.with_losses(D(1000), percent=D("2.5"), fixed=D(40)) == D(1065)


def test_a_reading_passes_through_zero():
    energy = rules.consumption(D("99871.2"), D("112.6"), digits_before=5, ratio=D(1), limits=NO_LIMITS)
    assert energy == D("241.4")


def test_a_reading_below_the_previous_one_without_a_believable_passage_has_no_energy():
    assert rules.consumption(D(5000), D(4000), digits_before=6, ratio=D(1), limits=NO_LIMITS) is None


def test_the_power_of_the_point_decides_whether_a_passage_is_believable():
    weak = rules.Limits(hours=720, max_power_kw=D(1))
    strong = rules.Limits(hours=720, max_power_kw=D(1000))
    passage = {"digits_before": 5, "ratio": D(80)}
    assert rules.consumption(D(99000), D(500), limits=weak, **passage) is None
    assert rules.consumption(D(99000), D(500), limits=strong, **passage) == D(120000)


def doubt(previous, current, limits=NO_LIMITS, before=6):
    return rules.doubt(previous, current, digits_before=before, ratio=D(1), limits=limits, unit="кВт·ч")


def test_an_ordinary_reading_raises_no_doubt():
    assert doubt(D(1000), D(1100), rules.Limits(hours=720, max_power_kw=D(10), usual=D(90))) == ""


def test_the_first_reading_raises_no_doubt():
    assert doubt(None, D(1100)) == ""


def test_a_passage_through_zero_is_asked_about():
    assert doubt(D("99871.2"), D("112.6"), before=5).startswith("Переход через ноль?")


def test_a_reading_below_the_previous_one_is_asked_about():
    assert doubt(D(5000), D(4000)).startswith("Меньше предыдущего показания")


def test_more_than_the_power_allows_is_asked_about():
    assert "больше возможного" in doubt(D(0), D(9000), rules.Limits(hours=720, max_power_kw=D(10)))


def test_far_from_the_usual_is_asked_about():
    usual = rules.Limits(hours=720, usual=D(100))
    assert "намного больше обычного" in doubt(D(0), D(301), usual)
    assert "намного меньше обычного" in doubt(D(0), D(33), usual)
    assert doubt(D(0), D(300), usual) == doubt(D(0), D(34), usual) == ""


def test_the_usual_energy_is_the_mean_of_the_months_between():
    assert rules.usual_energy(D(100), D(1300), 12, digits_before=6, ratio=D(2)) == D(200)
    assert rules.usual_energy(D(99900), D(100), 2, digits_before=5, ratio=D(1)) == D(100)
    assert rules.usual_energy(None, D(1300), 12, digits_before=6, ratio=D(2)) is None
    assert rules.usual_energy(D(100), D(100), 0, digits_before=6, ratio=D(2)) is None


def test_the_total_register_stands_for_its_zones():
    assert rules.counting_zones(["", "T1", "T2"]) == {""}
    assert rules.counting_zones(["T1", "T2"]) == {"T1", "T2"}


@given(st.decimals(min_value=0, max_value=10**15, places=6))
def test_a_charts_scale_ends_little_above_the_highest_bar(highest):
    top = rules.scale_top(highest)
    assert highest <= top
    assert not highest or top <= highest * 2
