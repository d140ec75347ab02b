"""The act as a Word document, made of a template that a clerk may restyle in Word (docxtpl).

A template sees plain words alone and does what ``allowed`` lets it; a mark it does not know is an error, not a gap.
"""

import datetime as dt
import io
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

from django.conf import settings
from docx.oxml import parse_xml
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree
from markupsafe import Markup, escape

from cabinet.common import periods
from cabinet.common.digits import THIN_SPACE
from cabinet.readings.act import words
from cabinet.readings.act.allowed import check_allowed
from cabinet.readings.act.content import Act, FacilityRows, MeterRows, PointRows, RegisterRow, Totals

Progress = Callable[[int], None]

PORTALS_OWN = Path(settings.BASE_DIR) / "templates/docx/act.docx"
NO_BREAK_SPACE = "\u00a0"  # every font has it, and Word breaks no figure there
FILTERS = ("default", "length", "lower", "upper")  # none makes a long text of short ones, as «join» does
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
TITLE_LIMIT = 255
ROWS_DONE, READ, WRITTEN = 45, 60, 99  # shares of the time, measured


CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MARKS = (
    ("{{ organisation }}, {{ inn_and_kpp }}, {{ department }}", "потребитель, его ИНН и КПП, отделение"),
    ("{{ contract_number }}, {{ contract_date }}", "номер и дата договора"),
    ("{{ period }}, {{ taken_on }}", "расчётный период; день, на 00:00 которого сняты показания"),
    ("{{ number_and_date }}, {{ formed }}", "номер и дата документа; когда он сформирован"),
    ("{{ agreement_date }}", "дата соглашения об ЭЦП: только в заполненной ведомости"),
    ("{% if filled %}, {% if is_partial %}, {% if has_transit %}", "заполненная; по выбранным объектам; с транзитом"),
    ("{{ facility.name }}, {{ facility.address }}", "объект и его адрес"),
    ("{{ meter.number }}, {{ meter.point }}, {{ meter.remarks }}", "№ п/п, точка учёта, её транзит и потери"),
    ("{{ meter.voltage }}, {{ meter.serial }}, {{ meter.type }}", "уровень напряжения, номер и тип прибора"),
    ("{{ meter.digits }}, {{ meter.verification_due }}, {{ meter.ratio }}", "значность, срок поверки, Ктр"),
    ("{{ meter.losses }}, {{ meter.transit }}, {{ meter.total }}", "потери, транзит, итого к расчёту"),
    ("{{ row.energy }}", "вид энергии и зона"),
    ("{{ row.previous }}, {{ row.current }}", "предыдущие и текущие показания"),
    ("{{ row.difference }}, {{ row.consumption }}, {{ row.notes }}", "разность, расход, примечание"),
    ("{{ facility.totals.energy }}, .losses, .transit, .total, .notes", "итоги по объекту"),
    ("{{ totals.energy }}, .losses, .transit, .total, .notes", "итоги по договору"),
)
"""What a template can show, for the clerk who restyles it."""


class UnknownMark(StrictUndefined):
    """A mark of the template that names nothing of the act; its message is for the clerk."""

    @property
    def _undefined_message(self) -> str:
        return f"метки «{self._undefined_name}» нет"


class Marks(ImmutableSandboxedEnvironment):
    """What a template may do: show, choose, repeat. Each part docxtpl makes is checked before it is compiled."""

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=UnknownMark, finalize=_in_document)
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in FILTERS}

    def compile(self, source: str | nodes.Template, *args: Any, **kwargs: Any) -> Any:
        """Compile what passes ``check_allowed``: compiling reckons constants already, so later would be too late."""
        tree = self.parse(source) if isinstance(source, str) else source
        check_allowed(tree)
        return super().compile(tree, *args, **kwargs)


class _Document(DocxTemplate):
    """docxtpl without what takes most of its time in a long act, and with an error for broken XML."""

    def __init__(self, file: Any, progress: Progress) -> None:
        super().__init__(file)
        self.progress = progress

    def resolve_listing(self, xml: str) -> str:
        """No word of the act has a line break or a tabulator."""
        return xml

    def fix_tables(self, xml: str) -> Any:
        """The whole document, read in one go: docxtpl moves the body's tree into another, longer than all else takes.

        No column of the act depends on its data; what is no XML is an error rather than a guess.
        """
        self.progress(ROWS_DONE)
        shell = deepcopy(self.docx._element)
        shell.replace(shell.body, etree.SubElement(shell, shell.body.tag))
        before, _, after = etree.tostring(shell, encoding="unicode").partition("<w:body/>")
        tree = parse_xml(f"{before}{xml}{after}")
        self.progress(READ)
        return tree

    def fix_docpr_ids(self, tree: Any) -> None:
        """Pictures of a repeated part are numbered anew."""
        for number, picture in enumerate(tree.xpath("//wp:docPr"), 1):
            picture.set("id", str(number))

    def map_tree(self, tree: Any) -> None:
        """Take the rendered document in place of the template's."""
        self.docx._element = self.docx._part._element = tree


def act_docx(act: Act, progress: Progress = lambda percent: None, template: bytes | None = None) -> bytes:
    """The act as a Word document by this template, else by the portal's own; ``progress`` is told per cents."""
    document = _Document(io.BytesIO(template if template is not None else PORTALS_OWN.read_bytes()), progress)
    document.render(context_of(act, progress), Marks(), autoescape=True)
    said = words.words_of(act)
    properties = document.docx.core_properties
    properties.title = _plain(said.document)[:TITLE_LIMIT]
    properties.author = properties.last_modified_by = _plain(said.department)[:TITLE_LIMIT]
    properties.created = properties.modified = act.formed_at.astimezone(dt.UTC)
    target = io.BytesIO()
    document.save(target)
    progress(WRITTEN)
    return target.getvalue()


def context_of(act: Act, progress: Progress = lambda percent: None) -> dict[str, Any]:
    """All that a template can show, as plain words; facilities are made as the template takes them."""
    said, contract = words.words_of(act), act.contract
    return {
        "number_and_date": said.number_and_date,
        "period": periods.label(act.period).lower(),
        "taken_on": words.day(act.taken_on),
        "formed": said.formed,
        "filled": act.filled,
        "is_partial": act.is_partial,
        "has_transit": act.has_transit,
        "organisation": said.organisation,
        "inn_and_kpp": said.inn_and_kpp,
        "contract_number": contract.number,
        "contract_date": words.day(contract.date),
        "department": said.department,
        "agreement_date": words.day(act.agreement_date),
        "facilities": _facilities(act, progress),
        "totals": _totals(act.totals),
    }


def _facilities(act: Act, progress: Progress) -> Iterator[dict[str, Any]]:
    for number, part in enumerate(act.facilities, 1):
        yield _facility(part)
        progress(ROWS_DONE * number // len(act.facilities))


def _facility(part: FacilityRows) -> dict[str, Any]:
    return {
        "name": part.facility.name,
        "address": part.facility.address,
        "meters": [_meter(meter, point) for point in part.points for meter in point.meters],
        "totals": _totals(part.totals),
    }


def _meter(part: MeterRows, of: PointRows) -> dict[str, Any]:
    """A meter; the first of its point's meters tells of the point as well."""
    meter, point = part.meter, of.point
    first = part is of.meters[0]
    return {
        "number": part.number,
        "point": point.name if first else "",
        "remarks": "; ".join(words.remarks(point)) if first else "",
        "voltage": point.voltage_level if first else "",
        "serial": meter.serial,
        "type": meter.type_name,
        "digits": words.digits(meter),
        "verification_due": words.day(meter.verification_due),
        "ratio": words.factor(part.ratio),
        "losses": words.figure(words.losses(of.losses)) if first else "",
        "transit": words.figure(of.transit) if first else "",
        "total": words.figure(of.total) if first else "",
        "rows": [_row(row, part) for row in part.registers],
    }


def _row(row: RegisterRow, part: MeterRows) -> dict[str, Any]:
    meter = part.meter
    return {
        "energy": " ".join(filter(None, (str(row.register), words.unit(row.register)))),
        "previous": words.reading(row.previous, meter),
        "current": words.reading(row.current, meter),
        "difference": words.figure(row.difference, meter.digits_after),
        "consumption": words.figure(row.energy),
        "notes": ". ".join(row.notes),
    }


def _totals(totals: Totals) -> dict[str, str]:
    return {
        "energy": words.figure(totals.energy),
        "losses": words.figure(words.losses(totals.losses)),
        "transit": words.figure(totals.transit),
        "total": words.figure(totals.total),
        "notes": words.totals_note(totals),
    }


def _in_document(value: Any) -> Any:
    """A word as the document's XML has it; docxtpl would make «{{» of «{_{», so no «_» stands as it is."""
    return Markup(str(escape(_plain(value))).replace("_", "&#95;")) if isinstance(value, str) else value  # noqa: S704


def _plain(text: str) -> str:
    """Without letters that XML has not, in one line."""
    return " ".join(NOT_IN_XML.sub("", text).replace(THIN_SPACE, NO_BREAK_SPACE).splitlines())
