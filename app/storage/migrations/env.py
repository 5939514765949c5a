"""How Alembic reaches the database: on the connection and in the transaction it is handed.

Configures no logging and opens nothing by itself; `app.storage.migration` runs it.
"""

from __future__ import annotations

from alembic import context

from app.storage import memory_schema

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=memory_schema.Row.metadata,
    render_as_batch=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
