"""What a kind of load is: a resource of django-import-export with the words that people need to fill a file.

A new kind is one class: its model, its columns, the columns that identify a row. The columns' widgets (``widgets``)
make values of cells; rows are found and judged a piece at a time, with one query for each table that the piece names.
"""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from import_export import fields, resources

from cabinet.contracts.back_office import reachable
from imports.source import Line, Title, text_of
from imports.statuses import Outcome
from imports.widgets import EMPTY, CellWidget, Reference

FOREIGN = "Такая запись уже есть, но она относится не к вашим отделениям."


class Column(fields.Field):
    """A column of the file and the attribute of the model that it fills.

    ``help`` says what to write, ``example`` is the cell of the template's example row: for a reference of several
    cells a cell each. An attribute that the model requires is required of the file, unless ``required`` says otherwise.
    """

    def __init__(
        self,
        attribute: str,
        title: str,
        widget: CellWidget,
        *,
        example: Sequence[str] | str,
        help: str = "",
        required: bool = True,
    ) -> None:
        super().__init__(attribute=attribute, column_name=title, widget=widget)
        self.title, self.help, self.required = title, help, required
        self.examples = (example,) if isinstance(example, str) else tuple(example)

    @property
    def titles(self) -> list[str]:
        """The titles of its cells in the file."""
        return list(self.widget.columns) if isinstance(self.widget, Reference) else [self.title]


@dataclass
class Judged:
    """What a line of the file comes to; see ``LoadRow``."""

    number: int
    cells: list[str]
    outcome: str = Outcome.SAME
    before: list[str | None] = field(default_factory=list)
    errors: list[tuple[str, str]] = field(default_factory=list)
    fields: dict[str, Any] = field(default_factory=dict)
    was: dict[str, Any] = field(default_factory=dict)
    object_id: int | None = None


class LoadResource(resources.ModelResource):
    """The base of all kinds. ``key`` are the attributes that identify a row; they never change."""

    do_not_call_in_templates: ClassVar = True
    code: ClassVar[str]
    title: ClassVar[str]
    about: ClassVar[str] = ""
    key: ClassVar[tuple[str, ...]]

    def __init__(self, user: Any) -> None:
        super().__init__()
        self.user = user
        self.seen: dict[tuple, int] = {}
        self.columns: list[Column] = [self.fields[name] for name in self._meta.fields]
        for reference in self._references():
            reference.rows, reference.known = self.reach_of(reference), {}

    # --- What a kind may say otherwise -----------------------------------------------------------

    def reach_of(self, reference: Reference) -> QuerySet:
        """The rows that a line may refer to: those within the person's reach."""
        return reachable(self.user, reference.model)

    def problem(self, instance: models.Model) -> tuple[str, str]:
        """A rule over several columns that the row breaks: the title of a column and the sentence; empty when none."""
        return "", ""

    part_of: ClassVar[type[models.Model] | None] = None
    """The model whose permissions hold for it: its rows are edited with that one's in the back office."""

    constants: ClassVar[dict[str, Any]] = {}
    """What every row of the kind has besides its columns."""

    owned: ClassVar[tuple[str, ...]] = ()
    """Relations (by accessor) whose rows are part of a row and go with it."""

    contract_path: ClassVar[str] = "contract"
    """The way from a row to the contract, or contracts, in whose trail it belongs."""

    def before_writing(self, instances: Iterable[models.Model]) -> set[str]:
        """Set what the file does not say in rows about to be written; answers which attributes those are."""
        return set()

    def after_writing(self, instances: Sequence[models.Model]) -> None:
        """Write what goes with rows that were written."""

    # --- The file --------------------------------------------------------------------------------

    @classmethod
    def model(cls) -> type[models.Model]:
        """What rows it makes."""
        return cls._meta.model

    @classmethod
    def permissions(cls) -> list[str]:
        """What a person must be allowed to load it."""
        meta = (cls.part_of or cls.model())._meta
        return [f"{meta.app_label}.{action}_{meta.model_name}" for action in ("add", "change")]

    def file_titles(self) -> list[Title]:
        """The titles of all columns of the file, each once, in order."""
        found: dict[str, bool] = {}
        for column in self.columns:
            optional = column.widget.optional if isinstance(column.widget, Reference) else ()
            for title in column.titles:
                found[title] = found.get(title, False) or (column.required and title not in optional)
        return [Title(text, required) for text, required in found.items()]

    # --- Judging ---------------------------------------------------------------------------------

    def judge(self, lines: Sequence[Line], titles: Sequence[str]) -> list[Judged]:
        """What each line comes to; ``titles`` are the columns that the file has."""
        present = [column for column in self.columns if set(column.titles) & set(titles)]
        for reference in self._references():
            reference.prepare(line.cells for line in lines)
        judged = [Judged(line.number, [text_of(line.cells.get(title)) for title in titles]) for line in lines]
        cleaned = [self._cleaned(line, one, present) for line, one in zip(lines, judged, strict=True)]
        known = self.known([values for values, one in zip(cleaned, judged, strict=True) if not one.errors])
        for values, one in zip(cleaned, judged, strict=True):
            if not one.errors:
                self._compare(one, values, present, known, titles)
            if one.errors:
                one.outcome = Outcome.WRONG
        return judged

    def _references(self) -> list[Reference]:
        return [column.widget for column in self.columns if isinstance(column.widget, Reference)]

    def _cleaned(self, line: Line, judged: Judged, present: Iterable[Column]) -> dict[str, Any]:
        """The values of a line by attribute; what is wrong goes into ``judged.errors``."""
        values: dict[str, Any] = {}
        for column in present:
            try:
                value = column.clean(line.cells)
                if value is None and column.required:
                    raise ValueError(EMPTY)
                values[column.attribute] = self._fitting(column.attribute, value)
            except ValueError as problem:
                judged.errors.append((getattr(problem, "title", column.title), str(problem)))
            except ValidationError as problem:
                judged.errors.append((column.title, " ".join(problem.messages)))
        if not judged.errors:
            values |= self.constants
            values |= {name: self._fitting(name, None) for name in self.key if name not in values}
        return values

    def _fitting(self, attribute: str, value: Any) -> Any:
        """The value as the model's field takes it. Raises ValidationError in the field's own words."""
        field = self._field(attribute)
        if value is None:
            return None if field.null else "" if field.empty_strings_allowed else field.get_default()
        return value if field.is_relation else field.clean(value, None)

    def _field(self, attribute: str) -> models.Field:
        return self._attributes[attribute]

    @cached_property
    def _attributes(self) -> dict[str, models.Field]:
        return {field.attname: field for field in self.model()._meta.concrete_fields}

    def known(self, cleaned: Sequence[dict[str, Any]]) -> dict[tuple, models.Model]:
        """The rows of the database that lines of these values are about, by key: in one query, whosever they are."""
        if not cleaned:
            return {}
        wanted = {f"{name}__in": {values[name] for values in cleaned} for name in self.key}
        return {self.key_of(one): one for one in self.model()._base_manager.filter(**wanted)}

    def key_of(self, instance: models.Model) -> tuple:
        """What identifies the row."""
        return tuple(getattr(instance, name) for name in self.key)

    def _compare(
        self,
        judged: Judged,
        values: dict[str, Any],
        present: Sequence[Column],
        known: dict[tuple, models.Model],
        titles: Sequence[str],
    ) -> None:
        key = tuple(values[name] for name in self.key)
        first = self.seen.setdefault(key, judged.number)
        if first != judged.number:
            judged.errors.append(("", f"Повторяет строку {first}."))
            return
        instance = known.get(key)
        if instance is not None and not self._within_reach(instance):
            judged.errors.append(("", FOREIGN))
            return
        is_new = instance is None
        instance = self.model()() if instance is None else instance
        changed = {
            name: getattr(instance, name)
            for name, value in values.items()
            if is_new or getattr(instance, name) != value
        }
        for name in changed:
            setattr(instance, name, values[name])
        title, sentence = self.problem(instance)
        if sentence:
            judged.errors.append((title, sentence))
        elif is_new:
            judged.outcome, judged.fields = Outcome.NEW, _plain(values)
        elif changed:
            judged.outcome, judged.object_id = Outcome.CHANGED, instance.pk
            judged.fields, judged.was = _plain({name: values[name] for name in changed}), _plain(changed)
            judged.before = self._before(changed, present, titles)

    def _within_reach(self, instance: models.Model) -> bool:
        """Whether a row found by its key may be changed; where the key has a reference, that one was within reach."""
        return bool(self._references_in_key()) or reachable(self.user, self.model()).filter(pk=instance.pk).exists()

    def _references_in_key(self) -> list[Column]:
        return [one for one in self.columns if isinstance(one.widget, Reference) and one.attribute in self.key]

    def _before(self, changed: dict[str, Any], present: Iterable[Column], titles: Sequence[str]) -> list[str | None]:
        """The texts of the present values where they change, in the order of the file's columns."""
        before: list[str | None] = [None] * len(titles)
        for column in present:
            if column.attribute in changed:
                before[titles.index(column.title)] = self.shown(column, changed[column.attribute])
        return before

    def shown(self, column: Column, value: Any) -> str:
        """A value of the database as the file would write it."""
        if isinstance(column.widget, Reference) and value is not None:
            return str(column.widget.model._base_manager.get(pk=value))
        return column.widget.render(value)

    # --- Writing ---------------------------------------------------------------------------------

    def values_of(self, plain: dict[str, Any]) -> dict[str, Any]:
        """The values that ``LoadRow`` keeps as JSON, by attribute."""
        return {name: self._field(name).to_python(value) for name, value in plain.items()}

    def instance_of(self, plain: dict[str, Any]) -> models.Model:
        """A new row of these values, not saved."""
        return self.model()(**self.values_of(plain))

    def set_fields(self, instance: models.Model, plain: dict[str, Any]) -> None:
        """Give the row these values."""
        for name, value in self.values_of(plain).items():
            setattr(instance, name, value)

    def create(self, instances: Sequence[models.Model]) -> None:
        """Write new rows; they know their keys afterwards."""
        self.before_writing(instances)
        self.model()._base_manager.bulk_create(instances)
        self.after_writing(instances)

    def update(self, instances: Sequence[models.Model], attributes: Iterable[str]) -> None:
        """Write these attributes of rows that are in the database: as an upsert, many times quicker than CASE WHEN."""
        names = [self._field(name).name for name in sorted({*attributes, *self.before_writing(instances)})]
        if instances and names:
            self.model()._base_manager.bulk_create(
                instances, update_conflicts=True, unique_fields=[self.model()._meta.pk.name], update_fields=names
            )
            self.after_writing(instances)

    def remove(self, keys: Collection[int]) -> None:
        """Delete rows that a load made."""
        self.model()._base_manager.filter(pk__in=keys).delete()

    def out_of_reach(self, instances: Iterable[models.Model]) -> list[models.Model]:
        """Those that the person cannot reach (any more), or that refer to a row which he cannot."""
        instances, gone = list(instances), []
        if not self._references_in_key():
            known = {one.pk for one in instances} - {None}
            near = set(reachable(self.user, self.model()).filter(pk__in=known).values_list("pk", flat=True))
            gone += [one for one in instances if one.pk in known - near]
        for column in self.columns:
            if isinstance(column.widget, Reference):
                wanted = {getattr(one, column.attribute) for one in instances} - {None}
                near = set(self.reach_of(column.widget).filter(pk__in=wanted).values_list("pk", flat=True))
                gone += [one for one in instances if getattr(one, column.attribute) in wanted - near]
        return gone

    def contracts_of(self, keys: Sequence[int]) -> Counter[int]:
        """The contracts in whose trail these rows belong, with how many of them."""
        rows = self.model()._base_manager.filter(pk__in=keys).exclude(**{self.contract_path: None})
        return Counter(rows.order_by().values_list(self.contract_path, flat=True))


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """The values as JSON takes them; ``models.Field.to_python`` makes values of them again."""
    return {name: str(value) if isinstance(value, Decimal | dt.date) else value for name, value in values.items()}
