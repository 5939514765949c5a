"""Finding lines: in their place in the story, by stems, by days, by names.

This is on the way of every reply, so statements are few and start from small sets. Knows no
transaction and no ranking.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Row as ResultRow
from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from app.domain.ids import LineId, MemoryId, MessageId
from app.domain.memory import MemoryKind, Scope, StoryLine, Vector
from app.storage.columns import write_time
from app.storage.memory_rows import read_stories
from app.storage.memory_writing import fold_name, join_stems

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

_WIDTH = 384


def _join(*parts: str) -> TextClause:
    return text(" ".join(parts))


_ASKED = text(
    """
    SELECT line.id, line.message_id, message.conversation_id, message.depth
    FROM json_each(:ids) AS wanted
    CROSS JOIN memory_line AS line ON line.id = wanted.value
    LEFT JOIN message ON message.id = line.message_id
    """
)

# A line in the scope: its memory stands there and may be recalled.
_IN_SCOPE = """
    CROSS JOIN standing_memory AS memory ON memory.id = line.memory_id
        AND memory.persona_id = :persona_id AND memory.quarantine = ''
        AND memory.conversation_id IN (SELECT value FROM json_each(:stories))
"""

_COLUMNS = """
    line.id, line.memory_id, line.speaker, line.stems, line.text, line.place, line.ordinal,
    memory.kind, memory.conversation_id, memory.happened_at, vector.vector
"""

_VECTOR = """
    LEFT JOIN line_vector AS vector ON vector.line_id = line.id AND vector.model_key = :model_key
"""

_ON_PATH = _join(
    "SELECT",
    _COLUMNS,
    """
    , message.id AS message_id, message.depth, message.author = 'user' AS by_user
    FROM json_each(:places) AS place
    CROSS JOIN message INDEXED BY ix_message_story
        ON message.conversation_id = place.value ->> 0 AND message.depth = place.value ->> 1
        AND message.on_path = 1 AND message.deleted_at IS NULL
    CROSS JOIN memory_line AS line ON line.message_id = message.id
    """,
    _IN_SCOPE,
    _VECTOR,
)

_APART = _join(
    "SELECT",
    _COLUMNS,
    """
    , NULL AS message_id, 0 AS depth,
        (SELECT provenance FROM memory AS told WHERE told.id = line.memory_id) = 'user' AS by_user
    FROM json_each(:ids) AS wanted
    CROSS JOIN memory_line AS line ON line.id = wanted.value
    """,
    _IN_SCOPE,
    _VECTOR,
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

_OF_DAYS = text(
    """
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
)

# Newest first without a sort: the walk ends when there are enough.
_NAMING = text(
    """
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
)

_FREQUENCIES = text(
    """
    SELECT wanted.value AS stem, term.doc AS lines
    FROM json_each(:stems) AS wanted
    CROSS JOIN memory_line_term AS term ON term.term = wanted.value
    """
)


def read_lines_around(
    session: Session, scope: Scope, line_ids: Collection[LineId], model_key: str, reach: int
) -> list[StoryLine]:
    """Return lines with their neighbours, in story order; see the port."""
    values = {**_scope_values(session, scope), "model_key": model_key}
    asked = session.execute(_ASKED, {"ids": json.dumps(list(line_ids))}).all()
    depths: defaultdict[str, set[int]] = defaultdict(set)
    for row in asked:
        if row.message_id is not None:
            depths[row.conversation_id].update(range(row.depth - reach, row.depth + reach + 1))
    places = [(story, depth) for story, wanted in depths.items() for depth in sorted(wanted)]
    apart = [row.id for row in asked if row.message_id is None]
    rows = session.execute(_ON_PATH, {**values, "places": json.dumps(places)}).all()
    near = _keep_near(rows, {row.id for row in asked}, reach)
    if apart:
        near += session.execute(_APART, {**values, "ids": json.dumps(apart)}).all()
    return _to_story_lines(near)


def read_lines_with(
    session: Session, scope: Scope, stems: Sequence[str], count: int
) -> list[LineId]:
    """Return lines with any of the stems, best BM25 first."""
    words = join_stems(stems).replace("\0", "").split()
    if not words or count <= 0:
        return []
    query = " OR ".join('"' + word.replace('"', '""') + '"' for word in words)
    values = {**_scope_values(session, scope), "query": query, "count": count}
    return [LineId(one) for one in session.scalars(_WITH_STEMS, values)]


def read_lines_of_days(
    session: Session, scope: Scope, first: date, last: date, count: int
) -> list[LineId]:
    """Return lines said in these local days or of notes that speak of them, newest first."""
    values = {
        **_scope_values(session, scope),
        "first": first.isoformat(),
        "last": last.isoformat(),
        "begin": _midnight(first),
        "end": _midnight(last + timedelta(days=1)),
        "count": max(count, 0),
    }
    return [LineId(one) for one in session.scalars(_OF_DAYS, values)]


def read_lines_naming(
    session: Session, scope: Scope, names: Sequence[str], count: int
) -> list[LineId]:
    """Return lines of memories with such a subject, object or keyword, newest first."""
    values = {**_scope_values(session, scope), "count": max(count, 0)}
    found: set[tuple[str, int, int, str]] = set()
    for name in {fold_name(name) for name in names} - {""}:
        rows = session.execute(_NAMING, {**values, "name": name})
        found.update((row.happened_at, row.ordinal, -row.place, row.id) for row in rows)
    return [LineId(one[-1]) for one in sorted(found, reverse=True)[: max(count, 0)]]


def read_frequencies(session: Session, stems: Collection[str]) -> tuple[dict[str, int], int]:
    """Return in how many lines each stem stands, and how many lines there are."""
    rows = session.execute(_FREQUENCIES, {"stems": json.dumps(sorted(set(stems)))})
    counted = {row.stem: row.lines for row in rows}
    total = session.execute(text("SELECT count(*) FROM memory_line")).scalar_one()
    return {stem: counted.get(stem, 0) for stem in stems}, total


def _scope_values(session: Session, scope: Scope) -> dict[str, str]:
    stories = json.dumps(read_stories(session, scope))
    return {"persona_id": scope.persona_id, "stories": stories}


def _midnight(day: date) -> str:
    return write_time(datetime.combine(day, time.min).astimezone())


_Rows = Sequence[ResultRow[*tuple[Any, ...]]]


def _keep_near(rows: _Rows, asked: set[str], reach: int) -> list[ResultRow[*tuple[Any, ...]]]:
    """Leave out what is near to nothing that was asked for and stands, in its own sitting."""
    near: set[tuple[str, int]] = set()
    for row in rows:
        if row.id in asked:
            sitting = _sitting(row)
            near.update((sitting, row.depth + step) for step in range(-reach, reach + 1))
    return [row for row in rows if (_sitting(row), row.depth) in near]


def _sitting(row: ResultRow[*tuple[Any, ...]]) -> str:
    """Return a conversation and a local day; a line without a message sits alone."""
    if row.kind != MemoryKind.EPISODE:
        return row.memory_id
    day = datetime.fromisoformat(row.happened_at).astimezone().date()
    return f"{row.conversation_id} {day.isoformat()}"


def _story_place(row: ResultRow[*tuple[Any, ...]]) -> tuple[object, ...]:
    """Return where a line stands in the order; a note comes after what was said just then."""
    is_apart = row.message_id is None
    return row.happened_at, is_apart, row.conversation_id, row.depth, row.ordinal


def _to_story_lines(rows: Iterable[ResultRow[*tuple[Any, ...]]]) -> list[StoryLine]:
    ordered = sorted(rows, key=_story_place)
    vectors = _unpack_all([row.vector for row in ordered])
    return [
        StoryLine(
            id=LineId(row.id),
            memory_id=MemoryId(row.memory_id),
            kind=MemoryKind(row.kind),
            message_id=None if row.message_id is None else MessageId(row.message_id),
            sitting=_sitting(row),
            story_order=row.depth,
            by_user=bool(row.by_user),
            speaker=row.speaker,
            text=row.text,
            stems=tuple((row.stems or "").split()),
            happened_at=datetime.fromisoformat(row.happened_at),
            vector=vector,
        )
        for row, vector in zip(ordered, vectors, strict=True)
    ]


def _unpack_all(blobs: Sequence[bytes | None]) -> list[Vector]:
    """Return vectors as rows of one float32 array; a line without one has zeros."""
    import numpy as np

    width = max((len(blob) // 2 for blob in blobs if blob), default=_WIDTH)
    joined = b"".join(blob or bytes(2 * width) for blob in blobs)
    array: NDArray[float32] = np.frombuffer(joined, dtype="<f2").astype(np.float32)
    return [cast("Vector", row) for row in array.reshape(len(blobs), width)]
