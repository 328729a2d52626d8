"""Tickets are found by their reporter's or follower's e-mail address, as they are by number."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _partial("ix_tickets_reporter_email", "tickets", ["city", "reporter_email", "created_at"], "reporter_email")
    _partial("ix_followers_email", "followers", ["email"], "email")


def _partial(name: str, table: str, columns: list[str], known: str) -> None:
    only = sa.text(f"{known} IS NOT NULL")
    op.create_index(name, table, columns, sqlite_where=only, postgresql_where=only)


def downgrade() -> None:
    op.drop_index("ix_followers_email", "followers")
    op.drop_index("ix_tickets_reporter_email", "tickets")
