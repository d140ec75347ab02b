"""What may be the act's Word template: files, parts, marks; each refusal says what is wrong."""

import io
import zipfile

import pytest
from docx import Document
from jinja2.exceptions import SecurityError

from cabinet.readings.act.docx import MARKS, PORTALS_OWN, act_docx, context_of
from cabinet.readings.act.sample import sample_act
from cabinet.readings.act.template import WrongTemplate, check_template, text_of


def saved(document):
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def with_part(name, content, template=None):
    """The template with a file put into its archive, in place of one of the same name."""
    target = io.BytesIO()
    with zipfile.ZipFile(template or PORTALS_OWN) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            if member.filename != name:
                new.writestr(member.filename, old.read(member))
        new.writestr(name, content)
    return target.getvalue()


def replaced(old, new, part="word/document.xml"):
    """The template with words of a part replaced."""
    with zipfile.ZipFile(PORTALS_OWN) as archive:
        text = archive.read(part).decode()
    assert old in text
    return with_part(part, text.replace(old, new))


def refusal(content, name="акт.docx"):
    with pytest.raises(WrongTemplate) as refused:
        check_template(io.BytesIO(content), name)
    return str(refused.value)


# --- what is taken -------------------------------------------------------------------------------


def test_the_portals_own_template_passes_its_own_checks():
    content = PORTALS_OWN.read_bytes()
    assert check_template(io.BytesIO(content), "акт.docx") == content


def test_every_mark_that_the_page_names_can_be_shown():
    marks = [
        mark for line, _ in MARKS for mark in line.split(", ") if mark.startswith(("{{ o", "{{ i", "{{ d", "{{ c"))
    ]
    document = Document(PORTALS_OWN)
    document.paragraphs[0].insert_paragraph_before(" ".join(marks))
    assert check_template(io.BytesIO(saved(document)), "акт.docx")
    whole = "".join(line for line, _ in MARKS)
    names = set(sample_context_names())
    assert [name for name in names if name not in whole] == []


def sample_context_names():
    """Every name below the context: what the page must speak of."""
    context = context_of(sample_act(filled=True))
    facility = next(iter(context["facilities"]))
    meter = facility["meters"][0]
    inner = [*facility, *meter, *meter["rows"][0], *context["totals"]]
    return [name for name in [*context, *inner] if name not in ("facilities", "meters", "rows")]


def test_marks_that_word_has_split_into_pieces_still_work():
    split = replaced("{{ organisation }}", "{{ organ</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>isation }}")
    made = act_docx(sample_act(filled=True), template=split)
    assert "ООО «Пример & Ко»" in text_of(made)


# --- what is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("акт.doc", b"\xd0\xcf\x11\xe0", "старом формате .doc"),
        ("акт.docm", b"PK\x03\x04", "макросы"),
        ("акт.dotx", b"PK\x03\x04", "шаблон Word"),
        ("акт.odt", b"PK\x03\x04", ".odt"),
        ("акт.pdf", b"%PDF-", "не документ Word"),
        ("акт", b"PK\x03\x04", "не документ Word"),
        ("акт.docx", b"%PDF-1.7", "не документ Word"),
        ("акт.docx", b"PK\x03\x04" + b"\x00" * 100, "не документ Word"),
        ("акт.docx", PORTALS_OWN.read_bytes()[:5000], "не документ Word"),
        ("акт.docx", b"PK\x03\x04" + b"\x00" * (3 << 20), "больше 2 МБ"),
    ],
)
def test_what_is_no_docx_is_refused_in_words(name, content, words):
    assert words in refusal(content, name)


@pytest.mark.parametrize(
    ("part", "content", "words"),
    [
        ("word/vbaProject.bin", b"x", "макросы"),
        ("word/activeX/activeX1.xml", b"<x/>", "ActiveX"),
        ("word/embeddings/oleObject1.bin", b"x", "вложенные файлы"),
        ("word/media/big.bmp", b"\x00" * (21 << 20), "слишком велик"),
        ("word/extra.xml", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>', "не документ Word"),
        ("word/extra.xml", b"<x>", "не документ Word"),
        (
            "word/_rels/header9.xml.rels",
            b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
            b'Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" '
            b'Target="http://example.com/a.png" TargetMode="External"/></Relationships>',
            "ссылается на другие файлы",
        ),
    ],
)
def test_what_a_document_should_not_carry_is_refused(part, content, words):
    assert words in refusal(with_part(part, content))


def test_a_document_with_too_many_parts_is_refused():
    target = io.BytesIO()
    target.write(PORTALS_OWN.read_bytes())
    with zipfile.ZipFile(target, "a") as archive:
        for number in range(600):
            archive.writestr(f"word/media/{number}.txt", b"")
    assert "слишком велик" in refusal(target.getvalue())


@pytest.mark.parametrize("code", ["INCLUDEPICTURE", "DDEAUTO", "INCLUDETEXT"])
def test_a_field_that_fetches_something_is_refused(code):
    content = replaced(" PAGE ", f' {code} "http://example.com/a" ', "word/footer1.xml")
    assert "берут данные из других файлов" in refusal(content)


def test_a_macro_template_under_another_name_is_refused():
    content = replaced("wordprocessingml.document.main", "wordprocessingml.macroEnabled.main", "[Content_Types].xml")
    assert "макросы" in refusal(content)


@pytest.mark.parametrize(
    ("mark", "words"),
    [
        ("{{ organisaton }}", "метки «organisaton» нет"),
        ("{{ facility.nam }}", "метки"),
        ("{{ organisation }", "Метка написана с ошибкой"),
        ("{% if filled %}", "Метка написана с ошибкой"),
        ("{% endfor %}", "Метка написана с ошибкой"),
        ("{{ organisation.__class__.__mro__ }}", "метки «__class__» нет"),
        ("{{ organisation.upper() }}", "ничего нельзя вызывать"),
        ("{{ range(9) }}", "ничего нельзя вызывать"),
        ("{{ cycler }}", "метки «cycler» нет"),
        ("{{ organisation * 999999999 }}", "вычисления в метках не работают"),
        ("{{ 10 ** 10 ** 10 }}", "вычисления в метках не работают"),
        ("{{ organisation|center(999999999) }}", "Метка написана с ошибкой"),
        ("{{ organisation|join(organisation) }}", "Метка написана с ошибкой"),
    ],
)
def test_a_mark_that_cannot_be_is_refused_in_words(mark, words):
    assert words in refusal(replaced("{{ department }}", mark.replace("<", "&lt;")))


LETTERS = "{% for a in organisation %}"
FACILITIES, METERS, ROWS = (
    "{% for f in facilities %}",
    "{% for m in f.meters %}",
    "{% for r in m.rows %}",
)


def repeated(*loops, shown="x"):
    return "".join(loops) + shown + "{% endfor %}" * len(loops)


@pytest.mark.parametrize(
    ("mark", "words"),
    [
        ("{% set a = organisation %}", "«set»"),
        ("{% set a %}x{% endset %}", "«set»"),
        ("{% set a = 'aa' %}" + "{% set a = a ~ a %}" * 31, "«set»"),
        ("{% with a = organisation %}x{% endwith %}", "«with»"),
        ("{{ organisation ~ organisation }}", "знак «~»"),
        ("{{ 'a' ~ 'a' }}", "знак «~»"),
        ("{% macro a() %}x{% endmacro %}", "«macro»"),
        ("{% call organisation() %}x{% endcall %}", "«call»"),
        ("{% filter upper %}x{% endfilter %}", "блок «filter»"),
        ('{% include "act.docx" %}', "из других шаблонов"),
        ('{% import "os" as os %}', "из других шаблонов"),
        ('{% from "os" import path %}', "из других шаблонов"),
        ('{% extends "act.docx" %}', "из других шаблонов"),
        ("{% block a %}x{% endblock %}", "из других шаблонов"),
        ("{% autoescape false %}x{% endautoescape %}", "запись, которая здесь не работает"),
        ("{{ -1 }}", "вычисления"),
        (repeated(LETTERS), "по чему повторяет «for»"),
        (repeated(*[LETTERS] * 8), "по чему повторяет «for»"),
        (repeated("{% for a in [1, 2, 3] %}"), "по чему повторяет «for»"),
        (repeated("{% for a, b in facilities %}"), "по чему повторяет «for»"),
        (repeated(FACILITIES, FACILITIES), "по чему повторяет «for»"),
        (repeated(FACILITIES, "{% for r in f.rows %}"), "по чему повторяет «for»"),
        (repeated(FACILITIES, METERS, "{% for n in f.meters %}"), "по чему повторяет «for»"),
        (repeated(FACILITIES, METERS, ROWS, "{% for s in m.rows %}"), "глубже трёх"),
        (repeated(FACILITIES, METERS, ROWS, shown="{{ f }}"), "«f» целиком показать нельзя"),
        (repeated(FACILITIES, METERS, ROWS, shown="{{ f.meters|upper }}"), "«meters» целиком показать нельзя"),
        (repeated(FACILITIES, shown="{{ loop.previtem }}"), "«previtem» целиком показать нельзя"),
        ("{{ facilities|length }}", "«facilities» целиком показать нельзя"),
        ("{% if filled %}" * 120 + "{% endif %}" * 120, "документ не получается"),
        ("{{ " + "not " * 3000 + "filled }}", "документ не получается"),
    ],
)
def test_a_template_that_could_run_away_is_refused_before_it_runs(mark, words):
    assert words in refusal(replaced("{{ department }}", mark))


@pytest.mark.parametrize("part", ["word/footer1.xml", "docProps/core.xml"])
def test_a_mark_outside_the_body_is_held_to_the_same(part):
    old, new = ("{{ formed }}", "") if part.startswith("word") else ("<dc:title>", "<dc:title>")
    assert "«for»" in refusal(replaced(old, new + repeated(*[LETTERS] * 8), part))


def test_what_is_refused_is_not_rendered_either():
    """A template that came into the table by another way cannot run away in the queue."""
    with pytest.raises(SecurityError):
        act_docx(sample_act(filled=True), template=replaced("{{ department }}", repeated(*[LETTERS] * 8)))


@pytest.mark.parametrize(
    "mark",
    [
        "{{ department|upper }}",
        "{% if filled and not is_partial %}x{% elif has_transit %}y{% else %}z{% endif %}",
        "{{ agreement_date|default('нет', true) }}",
        "{{ 'да' if filled else 'нет' }}",
        "{% if period in ('ноябрь 2026', 'декабрь 2026') %}x{% endif %}",
    ],
)
def test_showing_and_choosing_is_allowed(mark):
    content = replaced("{{ department }}", mark)
    assert check_template(io.BytesIO(content), "акт.docx") == content


def test_a_template_whose_marks_an_office_program_split_passes():
    """LibreOffice and Word cut a mark into runs where the spelling or a correction changes."""
    cut = "</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>"
    with zipfile.ZipFile(PORTALS_OWN) as archive:
        text = archive.read("word/document.xml").decode()
    for whole in ("{{ organisation }}", "{{ row.current }}", "{%tr for meter in facility.meters %}"):
        assert whole in text
        text = text.replace(whole, whole[:7] + cut + whole[7:-2] + cut + whole[-2:])
    content = with_part("word/document.xml", text)
    assert check_template(io.BytesIO(content), "акт.docx") == content


def test_the_words_name_the_place_of_a_wrong_mark():
    said = refusal(replaced("{{ department }}", "{{ department"))
    assert "department" in said
    assert "<w:" not in said


@pytest.mark.parametrize(
    "mark", ["{{ row.current }}", "{{ totals.total }}", "{{ meter.serial }}", "{{ organisation }}"]
)
def test_an_act_without_what_it_is_made_for_is_refused(mark):
    assert mark in refusal(replaced(mark, "–"))


def test_any_other_document_is_refused_with_what_it_lacks():
    assert "{{ row.current }}" in refusal(saved(Document()))


def test_rows_repeated_in_the_wrong_place_are_refused():
    content = replaced("{%tr for row in meter.rows %}", "{% for row in meter.rows %}")
    assert refusal(content)
