"""Duplicates found by their spot, steps of escalation, how long things took lately, and who is looking at a ticket."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

Moment = sa.DateTime(timezone=True)
Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INDEXES = {
    "ix_tickets_open_spots": (["city", "service", "lat", "lon"], "closed_at IS NULL AND lat IS NOT NULL"),
    "ix_tickets_done": (["city", "service", "closed_at"], "status IN ('resolved', 'closed')"),
    "ix_tickets_running": (
        ["city", "escalated", "due_at"],
        "closed_at IS NULL AND paused_at IS NULL AND status <> 'draft' AND channel <> 'import'",
    ),
}


def upgrade() -> None:
    # A plain ALTER with a constant default, which both engines do without copying the table.
    op.add_column("tickets", sa.Column("escalated", sa.Integer(), nullable=False, server_default="0"))
    for name, (columns, only) in INDEXES.items():
        op.create_index(name, "tickets", columns, sqlite_where=sa.text(only), postgresql_where=sa.text(only))
    op.create_table(
        "presences",
        sa.Column("ticket_id", Id, nullable=False),
        sa.Column("operator", sa.String(), nullable=False),
        sa.Column("writing", sa.Boolean(), nullable=False),
        sa.Column("since", Moment, nullable=False),
        sa.Column("seen_at", Moment, nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_presences_ticket_id"),
        sa.PrimaryKeyConstraint("ticket_id", "operator", name="pk_presences"),
    )


def downgrade() -> None:
    op.drop_table("presences")
    for name in INDEXES:
        op.drop_index(name, "tickets")
    op.drop_column("tickets", "escalated")
