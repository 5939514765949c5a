"""The settings in force, and replacing them.

Everyone asks here for the current value when it is needed, so that a change takes effect
with the next turn. Knows no screen.
"""

from __future__ import annotations

from app.errors import MachineError
from app.events import EventHub, SettingsChanged
from app.settings import Settings, SettingsFile


class SettingsService:
    """Holds the current settings. Owned by the app context; any thread."""

    def __init__(self, file: SettingsFile, hub: EventHub, current: Settings | None = None) -> None:
        """Read the file, unless settings are handed in."""
        self._file = file
        self._hub = hub
        self._current = current or file.read()

    @property
    def current(self) -> Settings:
        """The settings in force."""
        return self._current

    def replace(self, settings: Settings) -> None:
        """Put other settings in force and keep them.

        They hold for this session even when MachineError says that they could not be written.
        """
        if settings == self._current:
            return
        self._current = settings
        try:
            self._file.write(settings)
        except MachineError:
            self._hub.publish(SettingsChanged(settings))
            raise
        self._hub.publish(SettingsChanged(settings))
