"""How a persona's fields are declared: one line that a person and a tool can both read.

Every field of a persona carries a title (for screens and the sheet), a sentence that
says what belongs in it, and the source that it comes from. Knows no persona.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

SPECTRUM = "SPeCtrum (Lee et al., NAACL 2025)"
BFI_2_S = "BFI-2-S (Soto & John 2017), 15 facets of the Big Five"
PVQ_21 = "PVQ-21 (Schwartz 2003), ten basic values"
SIMS_CHAT = "SimsChat (Yang et al. 2024)"
HPD = "HPD (Chen et al., EMNLP Findings 2023)"
SURVEY = "From Persona to Personalization (Chen et al. 2024)"
ROLE_PLAY_PROMPTING = "Role-play prompting (Kong et al., NAACL 2024)"
CARD_V2 = "Character Card V2 specification"
CARD_V3 = "Character Card V3 specification"
DRAMATIS = "Dramatis"


class Layer(BaseModel):
    """A frozen group of persona fields; owned by whoever holds the persona, any thread.

    Unknown keys are refused, so that a misspelt field in a hand-written file is a
    finding and not a silent loss.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was filled in."""
        return not self.model_dump(exclude_defaults=True)


def documented(
    default: Any,  # noqa: ANN401 - as pydantic's own Field
    title: str,
    description: str,
    source: str,
    *,
    long: bool = False,
    hidden: bool = False,
    **constraints: Any,  # noqa: ANN401
) -> Any:  # noqa: ANN401
    """Declare a persona field with its title, meaning and source.

    `long` marks prose that wants more than a line in an editor, `hidden` what a form made
    from the declarations leaves out. The description may leave the pronouns open, see
    `Pronouns.put_into`. Other keywords are pydantic's constraints (`ge`, `le`,
    `max_length`).
    """
    extra: dict[str, Any] = {"source": source, "long": long}
    if hidden:
        extra["hidden"] = True
    return Field(
        default=default,
        title=title,
        description=description,
        json_schema_extra=extra,
        **constraints,
    )
