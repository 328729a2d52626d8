"""Danger in text messages lies in the ledger as danger in calls does: verdict, kind and evidence, and an index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TEXTS = sa.table(
    "incoming_texts",
    *(sa.column(name, sa.String()) for name in ("message_sid", "alarm", "alarm_category", "alarm_evidence")),
)


def upgrade() -> None:
    for name in ("alarm_category", "alarm_evidence"):
        op.add_column("incoming_texts", sa.Column(name, sa.String(), nullable=True))
    connection = op.get_bind()
    for sid, alarm in connection.execute(sa.select(_TEXTS.c.message_sid, _TEXTS.c.alarm).where(_TEXTS.c.alarm != "")):
        # Until now all three stood in one column: "certain: fire: my house is on fire [burning]".
        verdict, category, evidence = ([*alarm.split(": ", 2), "", ""])[:3]
        parts = {"alarm": verdict, "alarm_category": category, "alarm_evidence": evidence}
        connection.execute(sa.update(_TEXTS).where(_TEXTS.c.message_sid == sid).values(parts))
    only = sa.text("alarm <> ''")
    op.create_index(
        "ix_incoming_texts_alarmed", "incoming_texts", ["city", "at"], sqlite_where=only, postgresql_where=only
    )


def downgrade() -> None:
    op.drop_index("ix_incoming_texts_alarmed", "incoming_texts")
    joined = _TEXTS.c.alarm + ": " + _TEXTS.c.alarm_category + ": " + sa.func.coalesce(_TEXTS.c.alarm_evidence, "")
    op.execute(sa.update(_TEXTS).where(_TEXTS.c.alarm_category.is_not(None)).values(alarm=joined))
    for name in ("alarm_evidence", "alarm_category"):
        op.drop_column("incoming_texts", name)
