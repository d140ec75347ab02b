"""Where widgets stand: the arithmetic of the kept layout."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import board

KNOWN = ["contracts", "analysis", "services"]
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(KNOWN),
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(st.sampled_from([*board.PARTS, "other"]), inner, max_size=4)
    ),
    max_leaves=15,
)
actions = st.lists(st.tuples(st.sampled_from(KNOWN), st.sampled_from(sorted(board.ACTIONS))), max_size=12)


def test_at_first_all_widgets_are_shown_in_their_own_order() -> None:
    assert board.shown({}, KNOWN) == KNOWN


def test_new_widgets_come_at_the_end_and_unknown_names_are_kept_but_not_shown() -> None:
    layout = {"order": ["retired", "services"]}
    assert board.shown(layout, KNOWN) == ["services", "contracts", "analysis"]
    assert "retired" in board.after(layout, "services", "down", KNOWN)["order"]


def test_moving_goes_past_the_next_shown_widget() -> None:
    layout = board.after({"removed": ["analysis"]}, "services", "up", KNOWN)
    assert board.shown(layout, KNOWN) == ["services", "contracts"]


def test_at_the_ends_a_widget_stays() -> None:
    assert board.shown(board.after({}, "contracts", "up", KNOWN), KNOWN) == KNOWN
    assert board.shown(board.after({}, "services", "down", KNOWN), KNOWN) == KNOWN


def test_a_removed_widget_comes_back_unfolded() -> None:
    layout = board.after(board.after({}, "contracts", "fold", KNOWN), "contracts", "remove", KNOWN)
    assert board.shown(layout, KNOWN) == ["analysis", "services"]
    layout = board.after(layout, "contracts", "restore", KNOWN)
    assert board.shown(layout, KNOWN) == KNOWN and layout["folded"] == []


def test_dragging_gives_the_whole_order_and_what_it_does_not_name_follows() -> None:
    assert board.shown(board.reordered({}, ["services", "services", "nobody"], KNOWN), KNOWN) == [
        "services",
        "contracts",
        "analysis",
    ]


def test_an_action_nobody_has_is_an_error() -> None:
    with pytest.raises(ValueError):
        board.after({}, "contracts", "explode", KNOWN)


@given(layout=anything, acts=actions)
def test_whatever_was_kept_no_widget_is_lost_or_doubled(layout: Any, acts: list[tuple[str, str]]) -> None:
    for name, action in acts:
        layout = board.after(layout, name, action, KNOWN)
        assert set(layout) == set(board.PARTS)
    shown, removed = board.shown(layout, KNOWN), board.clean(layout)["removed"]
    assert sorted(shown + [name for name in removed if name in KNOWN]) == sorted(KNOWN)
