"""What a reply cost and what was recalled for it, kept with the version it belongs to.

Knows no tree.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.generation import Usage
from app.domain.ids import MemoryId
from app.domain.memory import Recalled, Signal
from app.storage.memory_rows import read_memories
from app.storage.schema import RecalledMemoryRow, ReplyUsageRow


def write_reply_record(
    session: Session, version_id: str, usage: Usage, recalled: Sequence[Recalled]
) -> None:
    """Keep both, in place of what was kept before for that version."""
    session.merge(
        ReplyUsageRow(
            version_id=version_id,
            prompt_read=usage.prompt_read,
            prompt_reused=usage.prompt_reused,
            generated=usage.generated,
            read_seconds=usage.read_seconds,
            generate_seconds=usage.generate_seconds,
        )
    )
    session.execute(
        delete(RecalledMemoryRow).where(col(RecalledMemoryRow.version_id) == version_id)
    )
    session.add_all(
        RecalledMemoryRow(
            version_id=version_id,
            place=place,
            memory_id=found.memory.id,
            similarity=float(found.similarity),
            reason=found.reason,
            injected=int(found.injected),
            tokens=found.tokens,
            signals=json.dumps(
                [(one.name, one.value, one.weight) for one in found.signals], ensure_ascii=False
            ),
        )
        for place, found in enumerate(recalled)
    )


def read_usage(session: Session, version_id: str) -> Usage | None:
    """Return what a version cost, if it was generated."""
    row = session.get(ReplyUsageRow, version_id)
    if row is None:
        return None
    return Usage(
        prompt_read=row.prompt_read,
        prompt_reused=row.prompt_reused,
        generated=row.generated,
        read_seconds=row.read_seconds,
        generate_seconds=row.generate_seconds,
    )


def read_recalled(session: Session, version_id: str) -> tuple[Recalled, ...]:
    """Return what was recalled for a version, in the order of recall.

    Memories that have ceased to stand are included: they were there when the reply was made. Of
    forgotten ones only an empty shell is left.
    """
    mine = col(RecalledMemoryRow.version_id) == version_id
    rows = session.scalars(
        select(RecalledMemoryRow).where(mine).order_by(col(RecalledMemoryRow.place))
    ).all()
    ids = [row.memory_id for row in rows]
    memories = {memory.id: memory for memory in read_memories(session, ids)}
    return tuple(
        Recalled(
            memory=memories[MemoryId(row.memory_id)],
            similarity=row.similarity,
            reason=row.reason,
            injected=bool(row.injected),
            tokens=row.tokens,
            signals=tuple(Signal(*one) for one in json.loads(row.signals)),
        )
        for row in rows
    )
