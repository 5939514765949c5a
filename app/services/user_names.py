"""What the user is called where no conversation says so.

Storage lane; knows a port and settings as a value.
"""

from __future__ import annotations

from app.ports.authoring import UserPersonaStore
from app.settings import Settings


def name_by_default(users: UserPersonaStore, settings: Settings) -> str:
    """Return the name of who the user is in new conversations, else the settings'."""
    user = users.default()
    # An unreadable one has no name; the settings' is better than a stand-in.
    is_named = user is not None and not user.problem
    return user.user_persona.name if user is not None and is_named else settings.writing.user_name
