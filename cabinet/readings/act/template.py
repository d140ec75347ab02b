"""The clerk's Word template of the act: checking, taking into force, going back to the portal's own."""

import io
import re
import zipfile
from pathlib import PurePath
from typing import IO, Any

from django.db import transaction
from docx import Document
from docx.opc.exceptions import OpcError
from jinja2.exceptions import TemplateError, TemplateSyntaxError
from lxml import etree

from cabinet.common.errors import DomainError, NotAllowed
from cabinet.contracts.doors import Door
from cabinet.contracts.trail.recording import record
from cabinet.readings.act.docx import PORTALS_OWN, act_docx
from cabinet.readings.act.sample import sample_act
from cabinet.readings.models import ActTemplate

PERMISSION = "readings.change_acttemplate"
NAME = "Акт снятия показаний, шаблон.docx"
MAX_SIZE, MAX_UNPACKED, MAX_MEMBERS = 2 << 20, 20 << 20, 500
NAME_LENGTH = 200
ZIP = b"PK\x03\x04"

SAVE_AS = "Откройте его в Word и сохраните как «Документ Word (.docx)»"
OTHERS = {
    "doc": f"Файл в старом формате .doc. {SAVE_AS}.",
    "docm": f"Документ содержит макросы. {SAVE_AS}.",
    "dotm": f"Шаблон содержит макросы. {SAVE_AS}.",
    "dotx": f"Это шаблон Word (.dotx). {SAVE_AS}.",
    "odt": f"Файл в формате .odt. {SAVE_AS}.",
}
NOT_DOCX = f"Это не документ Word в формате .docx, или файл повреждён. {SAVE_AS}."
NO_DOCUMENT = (
    "По этому шаблону документ не получается: проверьте, что у каждого «for» и «if» есть своё окончание, "
    "а метки «tr» стоят в отдельных строках таблицы."
)
NO_DOCUMENT_FOR = (
    *(OpcError, etree.XMLSyntaxError, KeyError, ValueError, TypeError, AttributeError),
    *(SyntaxError, RecursionError),  # blocks, brackets nested beyond what Python takes
)
MUST_SHOW = {
    "{{ organisation }}": ("ООО «Пример & Ко»",),
    "{{ contract_number }}": ("00000000",),
    "{{ period }}": ("ноябрь 2026",),
    "{{ facility.name }}": ("Склад-образец", "Магазин-образец"),
    "{{ meter.point }}": ("Ввод 1", "Ввод 2", "ВРУ", "Вывеска"),
    "{{ meter.serial }}": ("10000001", "10000002", "10000003", "10000004"),
    "{{ row.previous }}": ("000\u00a0100,25", "000\u00a0060,25", "005\u00a0000,00"),
    "{{ row.current }}": ("000\u00a0152,50", "000\u00a0090,50", "005\u00a0200,00"),
    "{{ row.consumption }}": ("1\u00a0045,00", "605,00"),
    "{{ row.notes }}": ("Показание не передано",),
    "{{ meter.total }}": ("1\u00a0090,00", "−200,00"),
    "{{ facility.totals.total }}": ("890,00",),
    "{{ totals.total }}": ("1\u00a0200,00",),
    "{{ agreement_date }}": ("01.06.2021",),
}
"""Without these an act is no act: the mark, and what stands in its place in a filled sample."""

FORBIDDEN_PARTS = {
    "vbaproject": f"Документ содержит макросы. {SAVE_AS} без макросов.",
    "activex/": "Документ содержит элементы ActiveX. Удалите их.",
    "embeddings/": "Документ содержит вложенные файлы. Удалите их.",
}
WHOLE_MARK, HALF_MARK = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}"), re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
SHOWN = 120  # letters of a wrong line in a sentence
OUTER_FIELDS = re.compile(r"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|LINK|IMPORT|DATABASE)\b", re.IGNORECASE)
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class WrongTemplate(DomainError):
    """The file cannot be the act's template; the sentence says why."""

    def __init__(self, message: str) -> None:
        super().__init__(message, field="file")


def template_in_force() -> bytes:
    """What acts are made of now: the clerk's template, else the portal's own."""
    content = ActTemplate.objects.values_list("content", flat=True).first()
    return PORTALS_OWN.read_bytes() if content is None else bytes(content)


def take_template(*, file: IO[bytes], name: str, actor: Any) -> ActTemplate:
    """Put a clerk's template in force, in place of the one before. Raises WrongTemplate."""
    _may(actor)
    content = check_template(file, name)
    with transaction.atomic():
        template, _ = ActTemplate.objects.update_or_create(
            pk=1, defaults={"name": PurePath(name).name[:NAME_LENGTH], "content": content, "by": actor}
        )
        record(action="readings.template", actor=actor, door=Door.OFFICE, instance=template)
    return template


def drop_template(*, actor: Any) -> None:
    """Go back to the portal's own template; nothing happens where it is in force already."""
    _may(actor)
    with transaction.atomic():
        template = ActTemplate.objects.select_for_update().first()
        if template:
            record(action="readings.template_dropped", actor=actor, door=Door.OFFICE, instance=template)
            template.delete()


def _may(actor: Any) -> None:
    if not actor.has_perm(PERMISSION):
        raise NotAllowed("Менять шаблон ведомости может администратор.")


def check_template(file: IO[bytes], name: str) -> bytes:
    """The contents of a file that can be the template. Raises WrongTemplate."""
    extension = PurePath(name).suffix.lower().removeprefix(".")
    if extension != "docx":
        raise WrongTemplate(OTHERS.get(extension, NOT_DOCX))
    file.seek(0)
    content = file.read(MAX_SIZE + 1)
    if len(content) > MAX_SIZE:
        raise WrongTemplate(f"Файл больше {MAX_SIZE >> 20} МБ. Уменьшите рисунки в нём.")
    if not content.startswith(ZIP):
        raise WrongTemplate(NOT_DOCX)
    try:
        _check_parts(content)
        _check_marks(content)
    except (
        zipfile.BadZipFile,
        etree.XMLSyntaxError,
        OSError,
        KeyError,
        ValueError,
        NotImplementedError,
        OpcError,
    ) as error:
        raise WrongTemplate(NOT_DOCX) from error
    _try_out(content)
    return content


def _check_parts(content: bytes) -> None:
    """What the archive holds: sizes first, then macros, foreign files, fields that fetch something."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
            raise WrongTemplate("Документ слишком велик в распакованном виде. Удалите из него рисунки.")
        for member in members:
            for part, refusal in FORBIDDEN_PARTS.items():
                if part in member.filename.lower():
                    raise WrongTemplate(refusal)
        archive.getinfo("word/document.xml")
        if b"macroEnabled" in archive.read("[Content_Types].xml"):
            raise WrongTemplate(FORBIDDEN_PARTS["vbaproject"])
        for member in members:
            if member.filename.lower().endswith((".xml", ".rels")):
                _check_xml(archive.read(member))


def _check_xml(content: bytes) -> None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    tree = etree.fromstring(content, parser)
    if tree.getroottree().docinfo.doctype:
        raise WrongTemplate(NOT_DOCX)
    for relation in tree.iter("{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"):
        if relation.get("TargetMode") == "External" and not relation.get("Type", "").endswith("/hyperlink"):
            raise WrongTemplate("Документ ссылается на другие файлы: рисунки или шаблон. Вставьте рисунки в документ.")
    simple = (field.get(f"{WORD}instr", "") for field in tree.iter(f"{WORD}fldSimple"))
    fields = " ".join([*simple, "".join(text.text or "" for text in tree.iter(f"{WORD}instrText"))])
    if OUTER_FIELDS.search(fields):
        raise WrongTemplate("В документе есть поля, которые берут данные из других файлов. Удалите их.")


def _check_marks(content: bytes) -> None:
    """Every mark is closed where it is opened: else the next ones would be taken for a part of it."""
    document = Document(io.BytesIO(content))
    sides = ("header", "footer", "first_page_header", "first_page_footer")
    parts = [getattr(section, side) for section in document.sections for side in sides]
    for root in (document.element.body, *(part._element for part in parts)):
        for line in root.iter(f"{WORD}p"):
            text = "".join(word.text or "" for word in line.iter(f"{WORD}t"))
            if HALF_MARK.search(WHOLE_MARK.sub("", text)):
                raise WrongTemplate(f"Метка написана с ошибкой: «{text.strip()[:SHOWN]}».")


def _try_out(content: bytes) -> None:
    """Make acts of invented figures: the template must take them and show what an act is made for.

    It ends, here and in a real act, because ``Marks`` refuses whatever could multiply itself before it runs.
    """
    for filled in (False, True):
        try:
            shown = text_of(act_docx(sample_act(filled=filled), template=content))
        except TemplateSyntaxError as error:
            raise WrongTemplate(f"Метка написана с ошибкой{_place(error)}.") from error
        except TemplateError as error:
            raise WrongTemplate(f"Шаблон не работает: {error.message or 'ошибка в метках'}.") from error
        except NO_DOCUMENT_FOR as error:
            raise WrongTemplate(NO_DOCUMENT) from error
    missing = [mark for mark, values in MUST_SHOW.items() if not all(value in shown for value in values)]
    if missing:
        raise WrongTemplate(f"Нет метки, или она стоит не на месте: {', '.join(missing)}.")


def _place(error: TemplateError) -> str:
    """The text around the mark, as the clerk sees it in Word."""
    lines = [line.strip() for line in getattr(error, "docx_context", ()) if "{" in line]
    return f" рядом с «{lines[min(len(lines) // 2, 3)][:SHOWN]}»" if lines else ""


def text_of(document: bytes) -> str:
    """All words of a document's body."""
    body = Document(io.BytesIO(document)).element.body
    return "\n".join("".join(text.text or "" for text in line.iter(f"{WORD}t")) for line in body.iter(f"{WORD}p"))
