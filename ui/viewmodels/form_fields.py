"""Turns a pydantic model into fields that a form can show and a draft can hold.

Titles, sentences, bounds and kinds come from the model's own declaration, so that a new
field of a persona or a new setting needs no line here. Knows values and kinds; the
widgets are the forms' business, and so is every colour.
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, StrEnum
from typing import Annotated, Any, Union, cast, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt, MaxLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from personas.pronouns import Pronouns

FieldPath = tuple[str | int, ...]


class FieldKind(StrEnum):
    """What sort of editor a field wants."""

    LINE = "line"
    PROSE = "prose"
    LINES = "lines"
    PASSAGES = "passages"
    SCORE = "score"
    NUMBER = "number"
    DECIMAL = "decimal"
    SWITCH = "switch"
    CHOICE = "choice"
    FILE = "file"
    GROUP = "group"
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a closed list and the words for it."""

    value: str
    title: str


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the greatest number allowed; `exclusive_least` leaves the least out."""

    least: float | None = None
    greatest: float | None = None
    exclusive_least: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One field of an item that is set as a row; `width` in characters, 0 for what is left."""

    name: str
    width: int = 0


@dataclass(frozen=True, slots=True)
class FieldLook:
    """How a form sets a field where its kind does not say it all. A value.

    `is_wide` puts the title above and gives the editor the whole width. `prompts` are
    questions that stand below and never write. `note` stands under a wide field's title.
    `columns` set each item of a REPEATED field as a row; `sort_by` names the number that the
    rows can be sorted by; `turns` are what the first column of new rows begins with, in turn.
    A card folds to a line of its `summary`, or is named `thing` with its number. In a card,
    neighbours that `shares_row` stand beside each other, and one `is_wide` has a row to itself.
    """

    is_wide: bool = False
    shares_row: bool = False
    has_title: bool = True
    is_chips: bool = False
    wraps: bool = False
    least_lines: int = 3
    prompts: tuple[str, ...] = ()
    note: str = ""
    adding: str = "Add"
    columns: tuple[Column, ...] = ()
    sort_by: str = ""
    turns: tuple[str, ...] = ()
    summary: tuple[str, ...] = ()
    thing: str = ""


@dataclass(frozen=True, slots=True)
class FieldDescription:
    """One field of a form. A value, any thread.

    `is_optional` fields may be left unsaid (None). `fields` are the parts of a GROUP or of
    one item of a REPEATED field; PASSAGES are repeated prose, LINES one text a line. `most`
    bounds the length of a line or a list.
    """

    name: str
    title: str
    description: str
    kind: FieldKind
    default: Any = None
    is_optional: bool = False
    bounds: Bounds = Bounds()
    most: int | None = None
    choices: tuple[Choice, ...] = ()
    file_filter: str = ""
    source: str = ""
    fields: tuple[FieldDescription, ...] = ()
    model: type[BaseModel] | None = None
    look: FieldLook = FieldLook()


def describe_fields(model: type[BaseModel]) -> tuple[FieldDescription, ...]:
    """Describe every field of a model in the order it declares them, hidden ones left out."""
    return tuple(
        _describe(name, field)
        for name, field in model.model_fields.items()
        if not _extra(field).get("hidden", False)
    )


def with_looks(
    fields: Iterable[FieldDescription], looks: Mapping[str, FieldLook], prefix: str = ""
) -> tuple[FieldDescription, ...]:
    """Return the fields with the looks that are set down by dotted name: "life.timeline"."""
    return tuple(
        replace(
            field,
            look=looks.get(f"{prefix}{field.name}", field.look),
            fields=with_looks(field.fields, looks, f"{prefix}{field.name}."),
        )
        for field in fields
    )


def told_of(fields: Iterable[FieldDescription], pronouns: Pronouns) -> tuple[FieldDescription, ...]:
    """Return the fields with sentences and questions that speak of somebody with these pronouns."""
    return tuple(
        replace(
            field,
            description=pronouns.put_into(field.description),
            look=replace(field.look, prompts=tuple(map(pronouns.put_into, field.look.prompts))),
            fields=told_of(field.fields, pronouns),
        )
        for field in fields
    )


def blank_item(field: FieldDescription) -> Any:  # noqa: ANN401 - a JSON value
    """Return what a new thing of a list starts as."""
    if not field.fields:
        return ""
    repeated = {FieldKind.LINES, FieldKind.PASSAGES, FieldKind.REPEATED}
    blank: dict[str, Any] = {}
    for part in field.fields:
        blank[part.name] = [] if part.kind in repeated else None if part.is_optional else ""
    return blank


def sorted_by(items: Sequence[Any], name: str) -> list[Any]:
    """Return the items by a number; one without it stays behind the one that it followed."""
    keys: list[float] = []
    for item in items:
        number = value_at(item, (name,))
        keys.append(number if number is not None else keys[-1] if keys else float("-inf"))
    order = sorted(range(len(items)), key=lambda place: keys[place])
    return [items[place] for place in order]


def words_for(choice: str) -> str:
    """Return a closed list's value as words: first letter large, no underscores."""
    return choice.replace("_", " ").capitalize()


def value_at(data: Any, path: FieldPath) -> Any:  # noqa: ANN401 - a draft holds any JSON value
    """Return what a draft holds at a path, None where a list is shorter."""
    for step in path:
        if isinstance(step, int):
            items = cast("Sequence[Any]", data)
            data = items[step] if step < len(items) else None
        else:
            data = cast("dict[str, Any]", data).get(step)
    return data


def put_at(data: Any, path: FieldPath, value: Any) -> Any:  # noqa: ANN401 - as above
    """Return a copy of a draft with one value replaced; what is off the path is shared."""
    if not path:
        return value
    first, rest = path[0], path[1:]
    if isinstance(first, int):
        items = list(cast("Iterable[Any]", data))
        items[first] = put_at(items[first], rest, value)
        return items
    entries = dict(cast("dict[str, Any]", data))
    entries[first] = put_at(entries.get(first), rest, value)
    return entries


def _extra(field: FieldInfo) -> dict[str, Any]:
    extra = field.json_schema_extra
    return cast("dict[str, Any]", extra) if isinstance(extra, dict) else {}


def _describe(name: str, field: FieldInfo) -> FieldDescription:
    annotation, metadata, is_optional = _unwrap(field.annotation, list(field.metadata))
    extra = _extra(field)
    item = _item_of(annotation)
    inner = item if item is not None else annotation
    model = inner if _is_model(inner) else None
    return FieldDescription(
        name=name,
        title=field.title or words_for(name),
        description=field.description or "",
        kind=_kind(annotation, item, extra, _bounds(metadata)),
        default=None if field.is_required() else field.get_default(call_default_factory=False),
        is_optional=is_optional,
        bounds=_bounds(metadata),
        most=next((limit.max_length for limit in metadata if isinstance(limit, MaxLen)), None),
        choices=_choices(annotation),
        file_filter=str(extra.get("filter", "")),
        source=str(extra.get("source", "")),
        fields=describe_fields(model) if model is not None else (),
        model=model,
    )


def _unwrap(annotation: Any, metadata: list[Any]) -> tuple[Any, list[Any], bool]:  # noqa: ANN401
    """Take `| None` and `Annotated` off a type; what they carried is kept."""
    is_optional = False
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation, *more = get_args(annotation)
            metadata = [*metadata, *_flatten(more)]
        elif origin in {Union, types.UnionType}:
            members = [member for member in get_args(annotation) if member is not type(None)]
            is_optional = is_optional or len(members) < len(get_args(annotation))
            annotation = members[0]
        else:
            return annotation, metadata, is_optional


def _flatten(metadata: Iterable[Any]) -> list[Any]:
    """Open up `Field(ge=…)` inside an `Annotated`, which keeps its limits in a list."""
    found: list[Any] = []
    for entry in metadata:
        found.extend(entry.metadata if isinstance(entry, FieldInfo) else [entry])
    return found


def _item_of(annotation: Any) -> Any:  # noqa: ANN401
    """Return the item type of a `tuple[X, ...]`, or None for anything else."""
    if get_origin(annotation) is tuple:
        return get_args(annotation)[0]
    return None


def _is_model(annotation: Any) -> bool:  # noqa: ANN401
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _is_enum(annotation: Any) -> bool:  # noqa: ANN401
    return isinstance(annotation, type) and issubclass(annotation, Enum)


_PLAIN: dict[type, FieldKind] = {
    bool: FieldKind.SWITCH,
    int: FieldKind.NUMBER,
    float: FieldKind.DECIMAL,
    str: FieldKind.LINE,
}


def _kind(annotation: Any, item: Any, extra: dict[str, Any], bounds: Bounds) -> FieldKind:  # noqa: ANN401
    if item is not None:
        if _is_model(item):
            return FieldKind.REPEATED
        return FieldKind.PASSAGES if extra.get("long") else FieldKind.LINES
    if _is_model(annotation):
        return FieldKind.GROUP
    if _is_enum(annotation):
        return FieldKind.CHOICE
    if extra.get("kind") == "file":
        return FieldKind.FILE
    if extra.get("long"):
        return FieldKind.PROSE
    if annotation is float and (bounds.least, bounds.greatest) == (1.0, 7.0):
        return FieldKind.SCORE
    return _PLAIN[annotation]


def _bounds(metadata: Iterable[Any]) -> Bounds:
    least: float | None = None
    greatest: float | None = None
    exclusive = False
    for limit in metadata:
        if isinstance(limit, Ge):
            least = float(cast("float", limit.ge))
        elif isinstance(limit, Gt):
            least, exclusive = float(cast("float", limit.gt)), True
        elif isinstance(limit, Le):
            greatest = float(cast("float", limit.le))
        elif isinstance(limit, Lt):
            greatest = float(cast("float", limit.lt))
    return Bounds(least, greatest, exclusive)


def _choices(annotation: Any) -> tuple[Choice, ...]:  # noqa: ANN401
    if not _is_enum(annotation):
        return ()
    members = cast("type[Enum]", annotation)
    return tuple(Choice(str(member.value), words_for(str(member.value))) for member in members)
