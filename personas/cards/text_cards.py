"""Cards in plain text: TextGen's YAML and HammerAI's sections, said in V3's terms.

YAML is put together from the parser's events: every scalar stays text, an alias ends it, so
that neither a tag nor a laugh of a billion can do anything. Knows no file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, cast

from personas.cards import coercion, limits
from personas.cards.bounded_json import decode_text, repaired
from personas.cards.coercion import JsonObject
from personas.cards.errors import CardError
from personas.cards.sniffing import SECTION

if TYPE_CHECKING:
    import yaml

_SECTIONS = {
    "introduction": "creator_notes",
    "personality": "description",
    "scenario": "scenario",
    "example dialogs": "mes_example",
    "example dialogues": "mes_example",
    "first message": "first_mes",
    "system prompt": "system_prompt",
    "author note": "post_history_instructions",
    "display name": "nickname",
    "name": "name",
    "alternate first messages": "alternate_greetings",
}


def read_sections(content: bytes, file: str) -> JsonObject:
    """Return the data of a HammerAI `.character` file, which is named after its character."""
    source = _bounded(content, file).replace("\r\n", "\n")
    titles = list(SECTION.finditer(source))
    ends = [*(title.start() for title in titles[1:]), len(source)]
    data: JsonObject = {}
    others: JsonObject = {}
    for title, end in zip(titles, ends, strict=True):
        name, said = title["title"].strip(), source[title.end() : end].strip()
        field = _SECTIONS.get(name.casefold())
        if name.casefold() == "lorebook":
            data["character_book"] = _lines_of_lore(said)
        elif field == "alternate_greetings":
            data[field] = [part.strip() for part in said.split("\n---\n") if part.strip()]
        elif field:
            data[field] = said
        else:
            others[name or "untitled"] = said
    if others:
        data["extensions"] = {"hammerai": others}
    return data


def read_yaml(content: bytes, file: str) -> JsonObject:
    """Return the mapping that a YAML text is. Raises CardError for anything else."""
    import yaml

    source = _bounded(content, file)
    # The parser of libyaml: the one in Python takes seconds for such a text.
    try:
        parse = cast("Callable[..., Iterator[yaml.Event]]", vars(yaml)["parse"])
        events = parse(source, Loader=yaml.CSafeLoader)
        parsed = _Composer(events, file).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise CardError(
            file,
            f"This is neither a picture, an archive nor JSON, and not valid YAML: {error.problem}.",
            "Look at the line for a missing space or quotation mark.",
            place="" if mark is None else f"line {mark.line + 1}",
        ) from error
    except CardError:
        raise
    except (yaml.YAMLError, ValueError) as error:
        raise CardError(
            file, "This is no text of a kind that we know.", "Choose a card file."
        ) from error
    return coercion.mapping(repaired(parsed, file))


class _Composer:
    """Builds values from a YAML parser's events; owned by one reading."""

    def __init__(self, events: Iterator[yaml.Event], file: str) -> None:
        self._events = events
        self._file = file

    def document(self) -> Any:  # noqa: ANN401 - any JSON value
        """Return the first document."""
        import yaml

        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                return self._value(next(self._events), 0)
        return None

    def _value(self, event: yaml.Event, depth: int) -> Any:  # noqa: ANN401 - as above
        import yaml

        if isinstance(event, yaml.ScalarEvent):
            return event.value
        if isinstance(event, yaml.AliasEvent) or depth >= limits.JSON_DEPTH:
            raise CardError(
                self._file,
                "The YAML text refers back to itself or is nested too deeply.",
                "Write the text out where it is referred to.",
            )
        if isinstance(event, yaml.SequenceStartEvent):
            return list(self._items(yaml.SequenceEndEvent, depth))
        parts = list(self._items(yaml.MappingEndEvent, depth))
        return {
            coercion.text(name): value for name, value in zip(parts[::2], parts[1::2], strict=True)
        }

    def _items(self, end: type[yaml.Event], depth: int) -> list[Any]:
        found: list[Any] = []
        for event in self._events:
            if isinstance(event, end):
                break
            found.append(self._value(event, depth + 1))
        return found


def _bounded(content: bytes, file: str) -> str:
    if len(content) > limits.YAML_BYTES:
        raise CardError(
            file,
            f"The text has {len(content):,} bytes, more than a character file of this kind needs.",
            f"Keep it under {limits.YAML_BYTES:,} bytes.",
        )
    return decode_text(content)


def _lines_of_lore(said: str) -> JsonObject:
    """Return a book of lines `terms, between commas | what there is to know`."""
    entries: list[JsonObject] = []
    for line in said.split("\n"):
        terms, bar, content = line.partition("|")
        if bar and content.strip():
            entries.append(
                {
                    "keys": list(coercion.words(terms)),
                    "content": content.strip(),
                    "extensions": {},
                    "enabled": True,
                    "insertion_order": len(entries),
                }
            )
    return {"extensions": {}, "entries": entries, "scan_depth": 4}
