"""Text messages both ways: who wants none, questions and what came in; digests; why a message is held."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

Moment = sa.DateTime(timezone=True)
Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "opt_outs",
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("city", "phone", name="pk_opt_outs"),
    )
    op.create_table(
        "questions",
        sa.Column("id", Id, nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("ticket_id", Id, nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", Moment, nullable=False),
        sa.Column("answered_at", Moment, nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_questions_ticket_id"),
        sa.PrimaryKeyConstraint("id", name="pk_questions"),
    )
    op.create_index("ix_questions_ticket_id", "questions", ["ticket_id"])
    _partial("ix_questions_open", "questions", ["city", "phone"], "answered_at IS NULL")
    op.create_table(
        "incoming_texts",
        sa.Column("message_sid", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("media", Json, nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("alarm", sa.String(), nullable=False),
        sa.Column("ticket_id", Id, nullable=True),
        sa.Column("at", Moment, nullable=False),
        sa.Column("forgotten_at", Moment, nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_incoming_texts_ticket_id"),
        sa.PrimaryKeyConstraint("message_sid", name="pk_incoming_texts"),
    )
    op.create_index("ix_incoming_texts_city_at", "incoming_texts", ["city", "at"])
    op.create_index("ix_incoming_texts_ticket_id", "incoming_texts", ["ticket_id"])
    _partial("ix_incoming_texts_unforgotten", "incoming_texts", ["city", "at"], "forgotten_at IS NULL")
    op.create_table(
        "digest_lines",
        sa.Column("id", Id, nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("ticket_id", Id, nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("sent_at", Moment, nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_digest_lines_ticket_id"),
        sa.PrimaryKeyConstraint("id", name="pk_digest_lines"),
    )
    _partial("ix_digest_lines_waiting", "digest_lines", ["city", "department", "at"], "sent_at IS NULL")
    op.create_index("ix_digest_lines_ticket_id", "digest_lines", ["ticket_id"])
    # Plain ALTERs, which both engines do without copying the table.
    op.add_column("notifications", sa.Column("held", sa.String(), nullable=False, server_default=""))
    op.add_column("notifications", sa.Column("delivered_at", Moment, nullable=True))
    _partial("ix_notifications_failed", "notifications", ["city", "created_at"], "status = 'failed'")
    _partial("ix_tickets_reporter", "tickets", ["city", "reporter_phone", "created_at"], "reporter_phone IS NOT NULL")
    _partial("ix_followers_phone", "followers", ["phone"], "phone IS NOT NULL")


def _partial(name: str, table: str, columns: list[str], only: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(only), postgresql_where=sa.text(only))


def downgrade() -> None:
    op.drop_index("ix_followers_phone", "followers")
    op.drop_index("ix_tickets_reporter", "tickets")
    op.drop_index("ix_notifications_failed", "notifications")
    op.drop_column("notifications", "delivered_at")
    op.drop_column("notifications", "held")
    op.drop_table("digest_lines")
    op.drop_table("incoming_texts")
    op.drop_table("questions")
    op.drop_table("opt_outs")
