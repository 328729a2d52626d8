"""How Alembic reaches our tables. `storage/schema.py` hands it the connection; Alembic runs this file by itself."""

from __future__ import annotations

from alembic import context

import storage.tables  # noqa: F401 - every table is known once these are
from storage.rows import Row
from storage.search_tables import has_model

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Row.metadata,
    # SQLite cannot alter a column: Alembic then copies the table, in the same transaction.
    render_as_batch=True,
    compare_type=True,
    include_object=has_model,
)
with context.begin_transaction():
    context.run_migrations()
