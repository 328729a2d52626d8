"""The ledger: calls, turns, tickets, their history and followers, and the outbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Plain types, not those of storage/columns.py: a migration must mean the same for ever.
Moment = sa.DateTime(timezone=True)
Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "calls",
        sa.Column("call_sid", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("caller", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("memory", sa.Text(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("alarm", sa.String(), nullable=False),
        sa.Column("started_at", Moment, nullable=False),
        sa.Column("updated_at", Moment, nullable=False),
        sa.Column("ended_at", Moment, nullable=True),
        sa.Column("forgotten_at", Moment, nullable=True),
        sa.PrimaryKeyConstraint("call_sid", name="pk_calls"),
        postgresql_with={"fillfactor": "60"},
    )
    op.create_index(
        "ix_calls_active",
        "calls",
        ["city", "started_at"],
        sqlite_where=sa.text("status = 'active'"),
        postgresql_where=sa.text("status = 'active'"),
    )
    op.create_index(
        "ix_calls_caller",
        "calls",
        ["city", "caller", "started_at"],
        sqlite_where=sa.text("caller IS NOT NULL"),
        postgresql_where=sa.text("caller IS NOT NULL"),
    )
    op.create_index("ix_calls_city_started_at", "calls", ["city", "started_at"])
    op.create_index(
        "ix_calls_unforgotten",
        "calls",
        ["city", "started_at"],
        sqlite_where=sa.text("forgotten_at IS NULL"),
        postgresql_where=sa.text("forgotten_at IS NULL"),
    )
    op.create_table(
        "tickets",
        sa.Column("id", Id, nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=True),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("routed_because", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("priority", sa.String(), nullable=False),
        sa.Column("priority_because", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("place_kind", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("place_note", sa.String(), nullable=False),
        sa.Column("location_verified", sa.Boolean(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("answers", Json, nullable=False),
        sa.Column("review", Json, nullable=False),
        sa.Column("reporter_name", sa.String(), nullable=True),
        sa.Column("reporter_phone", sa.String(), nullable=True),
        sa.Column("reporter_email", sa.String(), nullable=True),
        sa.Column("updates", sa.Boolean(), nullable=False),
        sa.Column("call_sid", sa.String(), nullable=True),
        sa.Column("recording_url", sa.String(), nullable=True),
        sa.Column("recording_sid", sa.String(), nullable=True),
        sa.Column("recording_seconds", sa.Integer(), nullable=True),
        sa.Column("transcript", sa.Text(), nullable=True),
        sa.Column("assignee", sa.String(), nullable=True),
        sa.Column("waiting_on", sa.String(), nullable=True),
        sa.Column("parent_id", Id, nullable=True),
        sa.Column("public_note", sa.Text(), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("updated_at", Moment, nullable=False),
        sa.Column("due_at", Moment, nullable=True),
        sa.Column("paused_at", Moment, nullable=True),
        sa.Column("scheduled_for", Moment, nullable=True),
        sa.Column("resolved_at", Moment, nullable=True),
        sa.Column("closed_at", Moment, nullable=True),
        sa.Column("forgotten_at", Moment, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tickets"),
        sa.ForeignKeyConstraint(["parent_id"], ["tickets.id"], name="fk_tickets_parent_id"),
        sa.UniqueConstraint("city", "number", name="uq_tickets_city_number"),
        sa.UniqueConstraint("city", "origin", name="uq_tickets_city_origin"),
    )
    op.create_index("ix_tickets_call_sid", "tickets", ["call_sid"])
    op.create_index("ix_tickets_city_created_at", "tickets", ["city", "created_at"])
    op.create_index("ix_tickets_city_department_status_due_at", "tickets", ["city", "department", "status", "due_at"])
    op.create_index("ix_tickets_city_service_created_at", "tickets", ["city", "service", "created_at"])
    op.create_index("ix_tickets_city_status_created_at", "tickets", ["city", "status", "created_at"])
    op.create_index("ix_tickets_city_updated_at", "tickets", ["city", "updated_at"])
    op.create_index("ix_tickets_parent_id", "tickets", ["parent_id"])
    op.create_index(
        "ix_tickets_unforgotten",
        "tickets",
        ["city", "closed_at"],
        sqlite_where=sa.text("forgotten_at IS NULL"),
        postgresql_where=sa.text("forgotten_at IS NULL"),
    )
    op.create_table(
        "turns",
        sa.Column("call_sid", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("heard", sa.Text(), nullable=False),
        sa.Column("state_before", sa.String(), nullable=False),
        sa.Column("state_after", sa.String(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("alarm", sa.String(), nullable=True),
        sa.Column("alarm_category", sa.String(), nullable=True),
        sa.Column("alarm_evidence", sa.String(), nullable=True),
        sa.Column("took_us", sa.Integer(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("call_sid", "number", name="pk_turns"),
    )
    op.create_table(
        "followers",
        sa.Column("id", Id, nullable=False),
        sa.Column("ticket_id", Id, nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_followers"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_followers_ticket_id"),
        sa.UniqueConstraint("ticket_id", "email", name="uq_followers_ticket_id_email"),
        sa.UniqueConstraint("ticket_id", "phone", name="uq_followers_ticket_id_phone"),
    )
    op.create_table(
        "notifications",
        sa.Column("id", Id, nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("payload", Json, nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", Moment, nullable=False),
        sa.Column("claimed_by", sa.String(), nullable=True),
        sa.Column("claimed_until", Moment, nullable=True),
        sa.Column("ticket_id", Id, nullable=True),
        sa.Column("call_sid", sa.String(), nullable=True),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("sent_at", Moment, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_notifications"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_notifications_ticket_id"),
        sa.UniqueConstraint("idempotency_key", name="uq_notifications_idempotency_key"),
    )
    op.create_index("ix_notifications_call_sid", "notifications", ["call_sid"])
    op.create_index("ix_notifications_city_created_at", "notifications", ["city", "created_at"])
    op.create_index("ix_notifications_ticket_id", "notifications", ["ticket_id"])
    op.create_index(
        "ix_notifications_waiting",
        "notifications",
        ["next_attempt_at"],
        sqlite_where=sa.text("status IN ('pending', 'sending')"),
        postgresql_where=sa.text("status IN ('pending', 'sending')"),
    )
    op.create_table(
        "ticket_events",
        sa.Column("id", Id, nullable=False),
        sa.Column("ticket_id", Id, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("from_status", sa.String(), nullable=True),
        sa.Column("to_status", sa.String(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("public", sa.Text(), nullable=False),
        sa.Column("data", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ticket_events"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_ticket_events_ticket_id"),
    )
    op.create_index("ix_ticket_events_ticket_id_id", "ticket_events", ["ticket_id", "id"])
