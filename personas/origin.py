"""Where a persona came from: what its card said of itself, and what nobody here understands.

None of it is ever put before a model. Unknown fields are kept to the letter, so that a card
leaves as it came. Knows no format: `cards` reads and writes them.
"""

from __future__ import annotations

from pydantic import ConfigDict, JsonValue

from personas.fields import CARD_V2, CARD_V3, DRAMATIS, Layer, documented


class Origin(Layer):
    """The card's own account of itself; a value, owned by its persona, any thread.

    Text is kept to the letter. `foreign` holds under "data", "extensions" and "card" the
    fields of those places that are not ours, and under "verbatim" what known fields held
    where reading them lost anything (a null, a number, spaces).
    """

    model_config = ConfigDict(str_strip_whitespace=False)

    creator: str = documented("", "Written by", "Who made the card.", CARD_V2)
    character_version: str = documented("", "Version", "The maker's own version.", CARD_V2)
    creator_notes: str = documented(
        "", "Notes from the maker", "For the reader, never for the model.", CARD_V2, long=True
    )
    creator_notes_multilingual: dict[str, str] = documented(
        {}, "Notes by language", "The same, by language code.", CARD_V3
    )
    source: tuple[str, ...] = documented((), "Sources", "Where the card was found.", CARD_V3)
    creation_date: int = documented(0, "Made", "Unix seconds, 0 when unknown.", CARD_V3)
    modification_date: int = documented(0, "Changed", "Unix seconds, 0 when unknown.", CARD_V3)
    group_only_greetings: tuple[str, ...] = documented(
        (), "Greetings for groups", "First words where several characters meet.", CARD_V3
    )
    assets: tuple[dict[str, JsonValue], ...] = documented(
        (), "Assets", "Pictures and sounds that the card names; never fetched.", CARD_V3
    )
    foreign: dict[str, JsonValue] = documented(
        {}, "Foreign fields", "What other programs wrote, to the letter.", DRAMATIS
    )
    file_format: str = documented("", "Came as", "The format that it was read from.", DRAMATIS)
