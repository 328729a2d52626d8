"""Danger that was written on a page or said in a recorded message stands in the emergencies log too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "alarms",
        sa.Column("id", Id, nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("ticket_id", Id, nullable=True),
        sa.Column("call_sid", sa.String(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("alarm", sa.String(), nullable=False),
        sa.Column("alarm_category", sa.String(), nullable=False),
        sa.Column("alarm_evidence", sa.String(), nullable=True),
        sa.Column("at", Moment, nullable=False),
        sa.Column("forgotten_at", Moment, nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_alarms_ticket_id"),
        sa.PrimaryKeyConstraint("id", name="pk_alarms"),
        sa.UniqueConstraint("city", "origin", name="uq_alarms_city_origin"),
    )
    op.create_index("ix_alarms_city_at", "alarms", ["city", "at"])
    op.create_index("ix_alarms_ticket_id", "alarms", ["ticket_id"])
    unforgotten = sa.text("forgotten_at IS NULL")
    op.create_index(
        "ix_alarms_unforgotten", "alarms", ["city", "at"], sqlite_where=unforgotten, postgresql_where=unforgotten
    )


def downgrade() -> None:
    op.drop_table("alarms")
