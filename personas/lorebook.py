"""Lorebooks as values: what is known of a world, and when it comes up.

The fields of Character Card V3 with those SillyTavern adds to them; what neither executes is
kept verbatim in `extensions` and `foreign`. Knows no prompt: `app.prompting.lore` fires entries.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import ConfigDict, JsonValue

from personas.fields import CARD_V2, DRAMATIS, Layer, documented

_CARD_V3 = "Character Card V3 specification"
_SILLY_TAVERN = "SillyTavern's world info"


class LoreLogic(StrEnum):
    """What secondary keys must do once a key was found (SillyTavern's selectiveLogic 0 to 3)."""

    AND_ANY = "and_any"
    NOT_ALL = "not_all"
    NOT_ANY = "not_any"
    AND_ALL = "and_all"


class LorePosition(StrEnum):
    """Where other programs put an entry (SillyTavern's position 0 to 7); ours only orders."""

    BEFORE_CHARACTER = "before_char"
    AFTER_CHARACTER = "after_char"
    NOTE_TOP = "note_top"
    NOTE_BOTTOM = "note_bottom"
    AT_DEPTH = "at_depth"
    EXAMPLES_TOP = "examples_top"
    EXAMPLES_BOTTOM = "examples_bottom"
    OUTLET = "outlet"


class LoreRole(StrEnum):
    """Who says an entry in other programs (SillyTavern's role 0 to 2)."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


class LoreEntry(Layer):
    """One thing to know and what brings it up; a value, safe on any thread.

    Text is kept to the letter, decorators at the head of `content` included. None means
    that the file does not say, and the book or the engine decides.
    """

    model_config = ConfigDict(str_strip_whitespace=False)

    id: int | str | None = documented(None, "Id", "The entry's number or name.", _CARD_V3)
    name: str = documented("", "Name", "What to call the entry; never in the prompt.", CARD_V2)
    comment: str = documented("", "Comment", "A note to oneself; never in the prompt.", CARD_V2)
    keys: tuple[str, ...] = documented((), "Keys", "Words that bring it up.", CARD_V2)
    secondary_keys: tuple[str, ...] = documented(
        (), "Secondary keys", "Words that decide along with the keys.", CARD_V2
    )
    selective: bool = documented(False, "Selective", "Whether secondary keys have a say.", CARD_V2)
    logic: LoreLogic = documented(
        LoreLogic.AND_ANY, "Logic", "What the secondary keys must do.", _SILLY_TAVERN
    )
    content: str = documented("", "Content", "What there is to know.", CARD_V2, long=True)
    enabled: bool = documented(True, "Enabled", "Whether it can come up at all.", CARD_V2)
    constant: bool = documented(False, "Constant", "Whether it always comes up.", CARD_V2)
    use_regex: bool = documented(
        False, "Keys are patterns", "Keys are regular expressions.", _CARD_V3
    )
    regex_in_slashes: bool = documented(
        False,
        "Patterns in slashes only",
        "Only keys written /like this/i are patterns, whatever the file says.",
        _SILLY_TAVERN,
    )
    case_sensitive: bool | None = documented(
        None, "Case counts", "Whether Lamp differs from lamp.", CARD_V2
    )
    match_whole_words: bool | None = documented(
        None, "Whole words", "Whether lamp may not be found in lamplight.", _SILLY_TAVERN
    )
    scan_depth: int | None = documented(
        None, "Scan depth", "How many of the newest messages are searched.", _SILLY_TAVERN
    )
    insertion_order: int | float = documented(100, "Order", "Lower stands further up.", CARD_V2)
    priority: int | float | None = documented(
        None, "Priority", "Lower is left out first when there is no room.", CARD_V2
    )
    ignore_budget: bool = documented(
        False, "Outside the budget", "Asks for room beyond the book's budget.", _SILLY_TAVERN
    )
    position: LorePosition = documented(
        LorePosition.BEFORE_CHARACTER, "Position", "Where it stands among others.", CARD_V2
    )
    depth: int = documented(
        4, "Depth", "Messages from the end; deeper stands further up.", _SILLY_TAVERN
    )
    role: LoreRole = documented(
        LoreRole.SYSTEM, "Role", "Who says it, in other programs.", _SILLY_TAVERN
    )
    outlet: str = documented("", "Outlet", "Its place's name, in other programs.", _SILLY_TAVERN)
    probability: int | float = documented(
        100, "Probability", "Chance in a hundred to come up once found.", _SILLY_TAVERN
    )
    use_probability: bool = documented(
        True, "Chance counts", "Whether the probability is looked at.", _SILLY_TAVERN
    )
    sticky: int | None = documented(
        None, "Sticky", "For how many messages it stays once it came up.", _SILLY_TAVERN
    )
    cooldown: int | None = documented(
        None, "Cooldown", "For how many messages it rests afterwards.", _SILLY_TAVERN
    )
    delay: int | None = documented(
        None, "Delay", "How many messages there must be before it can.", _SILLY_TAVERN
    )
    exclude_recursion: bool = documented(
        False, "Not from other entries", "Other entries' text does not bring it up.", _SILLY_TAVERN
    )
    prevent_recursion: bool = documented(
        False, "Brings up no others", "Its own text brings up nothing.", _SILLY_TAVERN
    )
    delay_until_recursion: bool | int = documented(
        False, "Only from other entries", "True, or the round from which on.", _SILLY_TAVERN
    )
    group: str = documented(
        "", "Groups", "Of a group, by commas, one comes up at a time.", _SILLY_TAVERN
    )
    group_weight: int | float = documented(
        100, "Group weight", "Its share of the group's draw.", _SILLY_TAVERN
    )
    group_override: bool = documented(
        False, "First in its group", "Wins by order instead of the draw.", _SILLY_TAVERN
    )
    use_group_scoring: bool | None = documented(
        None, "Group scoring", "Most keys found wins before the draw.", _SILLY_TAVERN
    )
    extensions: dict[str, JsonValue] = documented(
        {}, "Extensions", "What other programs keep here, verbatim.", CARD_V2
    )
    foreign: dict[str, JsonValue] = documented(
        {}, "Foreign fields", "Fields of the file that nobody knows, verbatim.", DRAMATIS
    )

    @property
    def label(self) -> str:
        """What to call it on a screen: its name, comment, first key or number."""
        first = next((key for key in self.keys if key.strip()), "")
        return (
            self.name
            or self.comment
            or first
            or ("entry" if self.id in {None, ""} else f"entry {self.id}")
        )


class Lorebook(Layer):
    """A world's entries under one name; a value, safe on any thread."""

    model_config = ConfigDict(str_strip_whitespace=False)

    name: str = documented("", "Name", "What the book is called.", CARD_V2)
    description: str = documented(
        "", "Description", "What it is about; never in the prompt.", CARD_V2, long=True
    )
    scan_depth: int | None = documented(
        None, "Scan depth", "How many of the newest messages are searched.", CARD_V2
    )
    token_budget: int | None = documented(
        None, "Token budget", "How much may be in the prompt at once.", CARD_V2
    )
    recursive_scanning: bool | None = documented(
        None, "Recursive", "Whether entries bring up others.", CARD_V2
    )
    entries: tuple[LoreEntry, ...] = documented((), "Entries", "What there is to know.", CARD_V2)
    extensions: dict[str, JsonValue] = documented(
        {}, "Extensions", "What other programs keep here, verbatim.", CARD_V2
    )
    foreign: dict[str, JsonValue] = documented(
        {}, "Foreign fields", "Fields of the file that nobody knows, verbatim.", DRAMATIS
    )
