"""What macros stand for in the two halves of a prompt: the stable one and the tail.

In the stable half nothing may change within a conversation, or the engine would read it all
again: clock and chance are those of its beginning. At the tail they are the newest message's,
so that a replay gives the same words. Knows no storage and no engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.domain.conversation import Author, Message
from personas.macro_expansion import MacroSetting
from personas.macro_setting import setting_of
from personas.persona import Persona


def stable_setting(
    persona: Persona, user_name: str, *, seed: str, began_at: datetime | None, user: str
) -> MacroSetting:
    """Return the setting of the stable half; `user` is who the user is, in words."""
    return setting_of(persona, user_name, seed=seed, moment=_local(began_at), user_persona=user)


def tail_setting(
    persona: Persona, user_name: str, *, seed: str, path: Sequence[Message], user: str
) -> MacroSetting:
    """Return the setting of what stands next to the newest message of a path."""
    newest = path[-1] if path else None
    before = path[-2] if len(path) > 1 else None
    return setting_of(
        persona,
        user_name,
        seed=seed,
        turn=newest.id if newest else "",
        moment=_local(newest.created_at) if newest else None,
        idle=newest.created_at - before.created_at if newest and before else None,
        user_persona=user,
        last_message=newest.text if newest else "",
        last_user_message=_last(path, Author.USER),
        last_char_message=_last(path, Author.CHARACTER),
    )


def _last(path: Sequence[Message], author: Author) -> str:
    return next((message.text for message in reversed(path) if message.author is author), "")


def _local(moment: datetime | None) -> datetime | None:
    return moment.astimezone() if moment else None
