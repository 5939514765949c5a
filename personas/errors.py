"""What can be wrong with a persona that comes from a file.

`personas` knows nothing of the application's error tree; whoever calls translates this.
"""

from __future__ import annotations

from pathlib import PurePath


class PersonaFileError(ValueError):
    """A persona file that cannot be used; a value, any thread.

    The message is made of three parts that can be shown apart: the file, the place in it
    (empty where the whole file is meant) and what is wrong with the remedy.
    """

    def __init__(self, file: str | PurePath, problem: str, remedy: str, *, place: str = "") -> None:
        """Keep the parts and compose the sentence."""
        self.file = str(file)
        self.place = place
        self.problem = problem
        self.remedy = remedy
        where = f"{self.file}, {place}" if place else self.file
        super().__init__(f"{where}: {problem} {remedy}")
