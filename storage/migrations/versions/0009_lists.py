"""Lists and reports are read out of one index that holds all they ask for; on PostgreSQL one more knows all filters."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

WHAT = ["service", "department", "area", "channel"]
FIGURES = ["city", "created_at", *WHAT, "status", "closed_at", "due_at", "paused_at"]
LINE = [*FIGURES, "language", "priority", "assignee", "id", "lat", "lon"]
FACETS = ("department", "service", "area", "channel", "language")
LETTERS = {"status": "t", "priority": "p", "assignee": "w"}
"""How a facet's values begin in the index; others by their first letter."""
OPEN = "closed_at IS NULL"


def upgrade() -> None:
    op.create_index("ix_tickets_lines", "tickets", LINE)
    _open("ix_tickets_open_lines", LINE)
    # What the two replace, and one that nothing was read from.
    op.drop_index("ix_tickets_figures", "tickets")
    op.drop_index("ix_tickets_city_created_at", "tickets")
    op.drop_index("ix_tickets_open_created_at", "tickets")
    op.drop_index("ix_tickets_city_department_status_due_at", "tickets")
    _facets((*FACETS, *LETTERS))
    if op.get_bind().dialect.name != "sqlite":
        # A service belongs to a department: a planner that does not know it expects a hundred times as many groups as
        # there are, and does not count them with several processes.
        op.execute("CREATE STATISTICS st_tickets_kinds (ndistinct) ON service, department, area, channel FROM tickets")


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP STATISTICS st_tickets_kinds")
    _facets(FACETS)
    op.create_index("ix_tickets_city_department_status_due_at", "tickets", ["city", "department", "status", "due_at"])
    _open("ix_tickets_open_created_at", ["city", "created_at"])
    op.create_index("ix_tickets_city_created_at", "tickets", ["city", "created_at"])
    op.create_index("ix_tickets_figures", "tickets", FIGURES)
    op.drop_index("ix_tickets_open_lines", "tickets")
    op.drop_index("ix_tickets_lines", "tickets")


def _open(name: str, columns: Sequence[str]) -> None:
    only = sa.text(OPEN)
    op.create_index(name, "tickets", list(columns), sqlite_where=only, postgresql_where=only)


def _facets(names: Sequence[str]) -> None:
    """Make PostgreSQL's index of several facets at once anew: the expression is that of `storage/search_filters.py`."""
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        return
    held = ", ".join(f"'{LETTERS.get(name, name[0])}:' || {name}" for name in names)
    connection.exec_driver_sql("DROP INDEX ix_tickets_facets")
    connection.exec_driver_sql(f"CREATE INDEX ix_tickets_facets ON tickets USING gin ((ARRAY[{held}]))")
