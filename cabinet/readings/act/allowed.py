"""What may be written in the marks of an act's Word template, so that an act is as long as its data and no longer.

A template repeats its parts along the one line facilities → meters → rows, each step at most once on the way down.
It shows single words, keeps nothing and joins nothing, so no part of it can multiply another.
"""

from jinja2 import nodes
from jinja2.exceptions import SecurityError

LISTS = ("facilities", "meters", "rows")
WHOLE = ("previtem", "nextitem", *LISTS)  # attributes that are no single word
ALLOWED = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.If),
    *(nodes.Name, nodes.Getattr, nodes.Const, nodes.Tuple, nodes.List, nodes.Filter, nodes.Keyword),
    *(nodes.CondExpr, nodes.And, nodes.Or, nodes.Not, nodes.Compare, nodes.Operand, nodes.Test),
)
REFUSALS = (
    ((nodes.Call,), "в метках ничего нельзя вызывать"),
    ((nodes.Concat,), "знак «~» в метках не работает: поставьте метки рядом"),
    ((nodes.BinExpr, nodes.UnaryExpr), "вычисления в метках не работают"),
    ((nodes.Assign, nodes.AssignBlock, nodes.With), "свои метки заводить нельзя: уберите «set» и «with»"),
    ((nodes.Macro, nodes.CallBlock), "«macro» и «call» не работают: повторите текст там, где он нужен"),
    ((nodes.FilterBlock,), "блок «filter» не работает: поставьте фильтр в самой метке"),
    (
        (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends, nodes.Block),
        "брать части из других шаблонов нельзя: уберите «include», «import», «extends» и «block»",
    ),
)
OTHERWISE = "в метках есть запись, которая здесь не работает; пишите их так, как в образце"
TOO_DEEP = "повторения «for» вложены глубже трёх: объекты, их приборы, строки прибора"
OTHER_LIST = (
    "повторять можно только по «facilities», внутри этого по «facility.meters», внутри того по «meter.rows»; "
    "проверьте, по чему повторяет «for»"
)
NOT_A_WORD = "«{}» целиком показать нельзя: назовите в метке, что оттуда показать"


def check_allowed(template: nodes.Template) -> None:
    """Refuse what a template may not do, before any of it runs. Raises SecurityError with a sentence for the clerk."""
    _check(template, ())


def _check(node: nodes.Node, parts: tuple[str, ...]) -> None:
    """``parts`` are what the loops around call a facility, a meter, a row."""
    if isinstance(node, nodes.For):
        _check_loop(node, parts)
        return
    if not isinstance(node, ALLOWED):
        raise SecurityError(next((words for types, words in REFUSALS if isinstance(node, types)), OTHERWISE))
    if isinstance(node, nodes.Name) and node.name in (LISTS[0], *parts):
        raise SecurityError(NOT_A_WORD.format(node.name))
    if isinstance(node, nodes.Getattr):
        if node.attr in WHOLE:
            raise SecurityError(NOT_A_WORD.format(node.attr))
        if isinstance(node.node, nodes.Name) and node.node.name in parts:
            return
    for child in node.iter_child_nodes():
        _check(child, parts)


def _check_loop(loop: nodes.For, parts: tuple[str, ...]) -> None:
    if len(parts) == len(LISTS):
        raise SecurityError(TOO_DEEP)
    if not isinstance(loop.target, nodes.Name) or not _is_next_list(loop.iter, parts):
        raise SecurityError(OTHER_LIST)
    for child in loop.iter_child_nodes(exclude=("target", "iter")):
        _check(child, (*parts, loop.target.name))


def _is_next_list(source: nodes.Expr, parts: tuple[str, ...]) -> bool:
    """Whether it is the list below the innermost part, and of that very part."""
    if not parts:
        return isinstance(source, nodes.Name) and source.name == LISTS[0]
    return (
        isinstance(source, nodes.Getattr)
        and isinstance(source.node, nodes.Name)
        and (source.node.name, source.attr) == (parts[-1], LISTS[len(parts)])
    )
