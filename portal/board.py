"""Where a person's widgets stand on the main page: pure arithmetic on the kept layout.

The layout is what ``User.home_layout`` keeps: ``{"order": […], "folded": […], "removed": […]}``,
names of widgets. Whatever else stands there (an older version, another device, a widget of a
feature that is off) is tolerated: unknown names are kept but not shown, new widgets come last.
"""

from collections.abc import Sequence
from typing import Any

PARTS = ("order", "folded", "removed")


def clean(layout: Any) -> dict[str, list[str]]:
    """The layout with all its parts, each a list of different names."""
    kept = layout if isinstance(layout, dict) else {}
    return {part: _names(kept.get(part)) for part in PARTS}


def _names(value: Any) -> list[str]:
    return list(dict.fromkeys(name for name in value if isinstance(name, str))) if isinstance(value, list) else []


def arranged(layout: Any, known: Sequence[str]) -> list[str]:
    """The known widgets in the person's order, those he never placed at the end; removed ones included."""
    order = [name for name in clean(layout)["order"] if name in known]
    return order + [name for name in known if name not in order]


def shown(layout: Any, known: Sequence[str]) -> list[str]:
    """The widgets on the screen, in order."""
    removed = clean(layout)["removed"]
    return [name for name in arranged(layout, known) if name not in removed]


def reordered(layout: Any, names: Sequence[str], known: Sequence[str]) -> dict[str, list[str]]:
    """The layout with the shown widgets in a new order; those the caller does not name follow."""
    kept = clean(layout)
    wanted = [name for name in dict.fromkeys(names) if name in known]
    rest = [name for name in [*arranged(layout, known), *kept["order"]] if name not in wanted]
    return kept | {"order": wanted + list(dict.fromkeys(rest))}


def moved(layout: Any, name: str, step: int, known: Sequence[str]) -> dict[str, list[str]]:
    """The layout with a shown widget one place further up (-1) or down (1); at the end it stays."""
    names = shown(layout, known)
    if name not in names:
        return clean(layout)
    place = names.index(name)
    other = min(max(place + step, 0), len(names) - 1)
    names[place], names[other] = names[other], names[place]
    return reordered(layout, names, known)


def marked(layout: Any, part: str, name: str, on: bool) -> dict[str, list[str]]:
    """The layout with a widget folded or removed, or no longer."""
    kept = clean(layout)
    names = [each for each in kept[part] if each != name]
    return kept | {part: [*names, name] if on else names}


def after(layout: Any, name: str, action: str, known: Sequence[str]) -> dict[str, list[str]]:
    """The layout after a button of a widget was pressed. A restored widget comes back unfolded."""
    match action:
        case "fold" | "unfold":
            return marked(layout, "folded", name, action == "fold")
        case "remove":
            return marked(layout, "removed", name, True)
        case "restore":
            return marked(marked(layout, "removed", name, False), "folded", name, False)
        case "up" | "down":
            return moved(layout, name, -1 if action == "up" else 1, known)
    raise ValueError(action)


ACTIONS = frozenset({"fold", "unfold", "remove", "restore", "up", "down"})
