"""How values lie in columns: timestamps, texts that SQLite can hold, vectors as f16.

Knows no table.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, cast

from sqlalchemy import Text
from sqlalchemy.types import TypeDecorator

from app.domain.memory import Vector
from app.errors import Bug

if TYPE_CHECKING:
    from sqlalchemy import Dialect


_LARGEST = 65504.0
"""What f16 can hold; comparing with it leaves out infinity and what is no number, too."""


class Timestamp(TypeDecorator[datetime]):
    """An aware time as ISO 8601 text in UTC with microseconds, which sorts. Any thread."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Write a time; raises Bug for one without a zone."""
        return None if value is None else write_time(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Read a time."""
        return None if value is None else datetime.fromisoformat(value)


class Day(TypeDecorator[date]):
    """A day as ISO 8601 text, which sorts. Any thread."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Write a day."""
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:  # noqa: ARG002
        """Read a day."""
        return None if value is None else date.fromisoformat(value)


class FreeText(TypeDecorator[str]):
    """What people and models write; half a surrogate pair becomes U+FFFD. Any thread.

    Keyboards, clipboards and cards do bring such halves, and UTF-8 has no form for them.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Write a text."""
        if value is None or value.isascii():
            return value
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def write_time(value: datetime) -> str:
    """Return a time as it lies in a column; raises Bug for one without a zone."""
    if value.tzinfo is None:
        message = "a time without a zone was about to be stored"
        raise Bug(message)
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def pack_vector(vector: Vector) -> bytes:
    """Return little-endian f16, two bytes a number; raises Bug for what is no vector."""
    import numpy as np

    numbers = np.asarray(vector, dtype=np.float32)
    if not numbers.size or not bool((np.abs(numbers) < _LARGEST).all()):
        message = "a vector with no numbers or with one that f16 cannot hold was about to be stored"
        raise Bug(message)
    return numbers.astype("<f2").tobytes()


def unpack_vector(blob: bytes) -> Vector:
    """Return a vector as an array of float32."""
    import numpy as np

    return cast("Vector", np.frombuffer(blob, dtype="<f2").astype(np.float32))
