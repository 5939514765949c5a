"""Finding lines: in their place in the story, by stems, by days, by names.

This is on the way of every reply, so statements are few and start from small sets. Knows no
transaction and no ranking.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple, cast

from app.domain.ids import LineId, MemoryId, MessageId
from app.domain.memory import MemoryKind, Scope, StoryLine, Vector
from app.storage.columns import write_time
from app.storage.driver import DriverConnection, read_value
from app.storage.memory_rows import read_stories
from app.storage.memory_writing import fold_name, join_stems

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

_WIDTH = 384
_KINDS = {kind.value: kind for kind in MemoryKind}


def _join(*parts: str) -> str:
    return " ".join(parts)


_ASKED = """
    SELECT line.id, line.message_id, message.conversation_id, message.depth
    FROM json_each(:ids) AS wanted
    CROSS JOIN memory_line AS line ON line.id = wanted.value
    LEFT JOIN message ON message.id = line.message_id
"""

# A line in the scope: its memory stands there and may be recalled.
_IN_SCOPE = """
    CROSS JOIN standing_memory AS memory ON memory.id = line.memory_id
        AND memory.persona_id = :persona_id AND memory.quarantine = ''
        AND memory.conversation_id IN (SELECT value FROM json_each(:stories))
"""

# Whether a memory stands is asked once, though several of its lines are near.
_NEAR = """
    , told AS MATERIALIZED (
        SELECT memory.id, memory.kind, memory.conversation_id, memory.happened_at
        FROM (SELECT DISTINCT memory_id FROM near) AS line
"""

_TOLD = """
    )
    SELECT near.id, told.id, told.kind, near.message_id, told.conversation_id, near.depth,
        near.by_user, near.speaker, near.text, near.stems, told.happened_at, near.ordinal,
        vector.vector
    FROM told
    CROSS JOIN near ON near.memory_id = told.id
    LEFT JOIN line_vector AS vector ON vector.line_id = near.id AND vector.model_key = :model_key
"""

_ON_PATH = _join(
    """
    WITH near AS MATERIALIZED (
        SELECT line.*, message.depth, message.author = 'user' AS by_user
        FROM json_each(:places) AS place
        CROSS JOIN message INDEXED BY ix_message_story
            ON message.conversation_id = place.value ->> 0 AND message.depth = place.value ->> 1
            AND message.on_path = 1 AND message.deleted_at IS NULL
        CROSS JOIN memory_line AS line ON line.message_id = message.id
    )
    """,
    _NEAR,
    _IN_SCOPE,
    _TOLD,
)

# Lines by themselves. That a memory stands says that its messages are on the path.
_ALONE = _join(
    """
    SELECT line.id, memory.id, memory.kind, line.message_id, memory.conversation_id,
        coalesce(message.depth, 0),
        CASE WHEN line.message_id IS NULL
            THEN (SELECT provenance = 'user' FROM memory AS own WHERE own.id = line.memory_id)
            ELSE message.author = 'user'
        END,
        line.speaker, line.text, line.stems, memory.happened_at, line.ordinal, vector.vector
    FROM json_each(:ids) AS wanted
    CROSS JOIN memory_line AS line ON line.id = wanted.value
    LEFT JOIN message ON message.id = line.message_id
    """,
    _IN_SCOPE,
    """
    LEFT JOIN line_vector AS vector ON vector.line_id = line.id AND vector.model_key = :model_key
    """,
)

_WITH_STEMS = _join(
    """
    SELECT line.id
    FROM memory_line_search AS found
    CROSS JOIN memory_line AS line ON line.ordinal = found.rowid
    """,
    _IN_SCOPE,
    """
    WHERE found.memory_line_search MATCH :query
    ORDER BY found.rank
    LIMIT :count
    """,
)

_OF_DAYS = """
    WITH near AS (
        SELECT memory.id FROM json_each(:stories) AS story
        CROSS JOIN memory ON memory.conversation_id = story.value
            AND memory.speaks_of BETWEEN :first AND :last
        UNION
        SELECT memory.id FROM json_each(:stories) AS story
        CROSS JOIN memory INDEXED BY ix_memory_story ON memory.conversation_id = story.value
            AND memory.happened_at >= :begin AND memory.happened_at < :end
            AND (memory.kind = 'episode' OR memory.speaks_of IS NULL)
    )
    SELECT line.id FROM near
    CROSS JOIN standing_memory AS memory ON memory.id = near.id
        AND memory.persona_id = :persona_id AND memory.quarantine = ''
    CROSS JOIN memory_line AS line ON line.memory_id = memory.id
    ORDER BY memory.happened_at DESC, memory.ordinal DESC, line.place
    LIMIT :count
"""

# Newest first without a sort: the walk ends when there are enough.
_NAMING = """
    SELECT memory.happened_at, memory.ordinal, line.place, line.id
    FROM memory_name AS named
    CROSS JOIN standing_memory AS memory ON memory.ordinal = named.memory_ordinal
        AND memory.persona_id = :persona_id AND memory.quarantine = ''
        AND memory.conversation_id IN (SELECT value FROM json_each(:stories))
    CROSS JOIN memory_line AS line ON line.memory_id = memory.id
    WHERE named.name = :name AND (named.given_by = '' OR EXISTS (
        SELECT 1 FROM standing_memory AS giver
        WHERE giver.id = named.given_by AND giver.quarantine = ''
            AND giver.conversation_id IN (SELECT value FROM json_each(:stories))
    ))
    ORDER BY named.memory_ordinal DESC, line.place
    LIMIT :count
"""

_FREQUENCIES = """
    SELECT wanted.value AS stem, term.doc AS lines
    FROM json_each(:stems) AS wanted
    CROSS JOIN memory_line_term AS term ON term.term = wanted.value
"""


def read_lines_around(
    connection: DriverConnection,
    scope: Scope,
    line_ids: Collection[LineId],
    model_key: str,
    reach: int,
) -> list[StoryLine]:
    """Return lines with their neighbours, in story order; see the port."""
    values = {**_scope_values(connection, scope), "model_key": model_key}
    apart = {"ids": json.dumps(list(dict.fromkeys(line_ids)))}
    days = _Days()
    found: list[_Found] = []
    if reach > 0:
        depths: defaultdict[str, set[int]] = defaultdict(set)
        asked = connection.execute(_ASKED, apart).fetchall()
        for _, message_id, story, depth in asked:
            if message_id is not None:
                depths[story].update(range(depth - reach, depth + reach + 1))
        places = [(story, depth) for story, wanted in depths.items() for depth in sorted(wanted)]
        told = connection.execute(_ON_PATH, {**values, "places": json.dumps(places)}).fetchall()
        found = _keep_near([_Found(*row) for row in told], {row[0] for row in asked}, reach, days)
        apart = {"ids": json.dumps([row[0] for row in asked if row[1] is None])}
    rows = connection.execute(_ALONE, {**values, **apart}).fetchall()
    return _to_story_lines([*found, *(_Found(*row) for row in rows)], days)


def read_lines_with(
    connection: DriverConnection, scope: Scope, stems: Sequence[str], count: int
) -> list[LineId]:
    """Return lines with any of the stems, best BM25 first."""
    words = join_stems(stems).replace("\0", "").split()
    if not words or count <= 0:
        return []
    query = " OR ".join('"' + word.replace('"', '""') + '"' for word in words)
    values = {**_scope_values(connection, scope), "query": query, "count": count}
    return [LineId(one) for (one,) in connection.execute(_WITH_STEMS, values).fetchall()]


def read_lines_of_days(
    connection: DriverConnection, scope: Scope, first: date, last: date, count: int
) -> list[LineId]:
    """Return lines said in these local days or of notes that speak of them, newest first."""
    values = {
        **_scope_values(connection, scope),
        "first": first.isoformat(),
        "last": last.isoformat(),
        "begin": _midnight(first),
        "end": _midnight(last + timedelta(days=1)),
        "count": max(count, 0),
    }
    return [LineId(one) for (one,) in connection.execute(_OF_DAYS, values).fetchall()]


def read_lines_naming(
    connection: DriverConnection, scope: Scope, names: Sequence[str], count: int
) -> list[LineId]:
    """Return lines of memories with such a subject, object or keyword, newest first."""
    values = {**_scope_values(connection, scope), "count": max(count, 0)}
    found: set[tuple[str, int, int, str]] = set()
    for name in {fold_name(name) for name in names} - {""}:
        rows = connection.execute(_NAMING, {**values, "name": name}).fetchall()
        found.update((said_at, ordinal, -place, key) for said_at, ordinal, place, key in rows)
    return [LineId(one[-1]) for one in sorted(found, reverse=True)[: max(count, 0)]]


def read_frequencies(
    connection: DriverConnection, stems: Collection[str]
) -> tuple[dict[str, int], int]:
    """Return in how many lines each stem stands, and how many lines there are.

    Forgotten ones may be counted along: a hundred thousand are not counted for every question.
    """
    wanted = {"stems": json.dumps(sorted(set(stems)))}
    counted = dict(connection.execute(_FREQUENCIES, wanted).fetchall())
    total = read_value(connection, "SELECT max(ordinal) FROM memory_line") or 0
    return {stem: counted.get(stem, 0) for stem in stems}, total


def _scope_values(connection: DriverConnection, scope: Scope) -> dict[str, str]:
    stories = json.dumps(read_stories(connection, scope))
    return {"persona_id": scope.persona_id, "stories": stories}


def _midnight(day: date) -> str:
    return write_time(datetime.combine(day, time.min).astimezone())


class _Found(NamedTuple):
    """A row of what was found, in the order of its columns."""

    id: str
    memory_id: str
    kind: str
    message_id: str | None
    conversation_id: str
    depth: int
    by_user: int
    speaker: str
    text: str
    stems: str | None
    happened_at: str
    ordinal: int
    vector: bytes | None

    @property
    def place(self) -> tuple[object, ...]:
        """Where it stands in the story; a note comes after what was said just then."""
        is_apart = self.message_id is None
        return self.happened_at, is_apart, self.conversation_id, self.depth, self.ordinal


def _keep_near(rows: list[_Found], asked: set[str], reach: int, days: _Days) -> list[_Found]:
    """Leave out what is near to nothing that was asked for and stands, in its own sitting."""
    near: set[tuple[str, str, int]] = set()
    for row in rows:
        if row.id in asked:
            _, day = days[row.happened_at]
            steps = range(row.depth - reach, row.depth + reach + 1)
            near.update((row.conversation_id, day, depth) for depth in steps)
    return [
        row for row in rows if (row.conversation_id, days[row.happened_at][1], row.depth) in near
    ]


class _Days(dict[str, tuple[datetime, str]]):
    """Times as they lie in columns, with their local days; each is worked out once."""

    def __missing__(self, key: str) -> tuple[datetime, str]:
        moment = datetime.fromisoformat(key)
        self[key] = moment, moment.astimezone().date().isoformat()
        return self[key]


def _to_story_lines(found: list[_Found], days: _Days) -> list[StoryLine]:
    """Return lines in story order; one without a message sits alone."""
    found.sort(key=lambda row: row.place)
    vectors = _unpack_all([row.vector for row in found])
    lines: list[StoryLine] = []
    for row, vector in zip(found, vectors, strict=True):
        moment, day = days[row.happened_at]
        is_apart = row.message_id is None
        lines.append(
            StoryLine(
                LineId(row.id),
                MemoryId(row.memory_id),
                _KINDS[row.kind],
                None if row.message_id is None else MessageId(row.message_id),
                row.memory_id if is_apart else f"{row.conversation_id} {day}",
                row.depth,
                bool(row.by_user),
                row.speaker,
                row.text,
                tuple((row.stems or "").split()),
                moment,
                vector,
            )
        )
    return lines


def _unpack_all(blobs: Sequence[bytes | None]) -> list[Vector]:
    """Return vectors as rows of one float32 array; a line without one has zeros."""
    import numpy as np

    width = max((len(blob) // 2 for blob in blobs if blob), default=_WIDTH)
    joined = b"".join(blob or bytes(2 * width) for blob in blobs)
    array: NDArray[float32] = np.frombuffer(joined, dtype="<f2").astype(np.float32)
    return cast("list[Vector]", list(array.reshape(len(blobs), width)))
