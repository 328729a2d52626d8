"""Finding tickets: indexes for lists and words, saved filters, unsent words, and what can be taken back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

Moment = sa.DateTime(timezone=True)
Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SEARCHED = ("address", "place_note", "description", "transcript", "public_note")
"""What is searched for words. Not who reported it: what one searches for stands in links."""
FACETS = ("department", "area", "channel", "language")
OPEN = {
    "ix_tickets_open_created_at": ["city", "created_at"],
    "ix_tickets_open_lat_lon": ["city", "lat", "lon"],
    "ix_tickets_open_due_at": ["city", "due_at"],
    "ix_tickets_open_department_due_at": ["city", "department", "due_at"],
    "ix_tickets_open_assignee_due_at": ["city", "assignee", "due_at"],
}
# The same letters as `storage/search.py: plain` leaves out of what is searched for.
ACCENTED, PLAIN = "áàâäãåçéèêëíìîïñóòôöõúùûüýÿ", "aaaaaaceeeeiiiinooooouuuuyy"
MARKS = "-/.,;:_@#&+*()[]\"''’‘"


def upgrade() -> None:
    op.create_table(
        "saved_filters",
        sa.Column("id", Id, nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_saved_filters"),
        sa.UniqueConstraint("city", "owner", "name", name="uq_saved_filters_city_owner_name"),
    )
    op.create_table(
        "unsent_words",
        sa.Column("operator", sa.String(), nullable=False),
        sa.Column("ticket_id", Id, nullable=False),
        sa.Column("words", Json, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("operator", "ticket_id", name="pk_unsent_words"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_unsent_words_ticket_id"),
    )
    op.create_table(
        "deeds",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("until", Moment, nullable=False),
        sa.Column("taken_back_at", Moment, nullable=True),
        sa.Column("before", Json, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_deeds"),
    )
    op.create_index("ix_deeds_at", "deeds", ["at"])
    for facet in FACETS:
        op.create_index(f"ix_tickets_city_{facet}_created_at", "tickets", ["city", facet, "created_at"])
    op.create_index("ix_tickets_city_lat_lon", "tickets", ["city", "lat", "lon", "created_at", "id"])
    still_open = sa.text("closed_at IS NULL")
    for name, columns in OPEN.items():
        op.create_index(name, "tickets", columns, sqlite_where=still_open, postgresql_where=still_open)
    if op.get_bind().dialect.name == "sqlite":
        _words_on_sqlite()
    else:
        _words_on_postgresql()


def _words_on_sqlite() -> None:
    """Make an FTS5 index that keeps no copy of the words, followed by triggers."""
    columns = ", ".join(SEARCHED)
    new = ", ".join(f"new.{name}" for name in SEARCHED)
    old = ", ".join(f"old.{name}" for name in SEARCHED)
    forget = f"INSERT INTO ticket_words(ticket_words, rowid, {columns}) VALUES ('delete', old.id, {old});"  # noqa: S608 - ours, all of it
    learn = f"INSERT INTO ticket_words(rowid, {columns}) VALUES (new.id, {new});"  # noqa: S608
    kept = "content='tickets', content_rowid='id', tokenize='unicode61 remove_diacritics 2', prefix='3'"
    for statement in (
        f"CREATE VIRTUAL TABLE ticket_words USING fts5({columns}, {kept})",
        f"CREATE TRIGGER ticket_words_added AFTER INSERT ON tickets BEGIN {learn} END",
        f"CREATE TRIGGER ticket_words_removed AFTER DELETE ON tickets BEGIN {forget} END",
        f"CREATE TRIGGER ticket_words_changed AFTER UPDATE OF {columns} ON tickets BEGIN {forget} {learn} END",
        "INSERT INTO ticket_words(ticket_words) VALUES ('rebuild')",
    ):
        op.get_bind().exec_driver_sql(statement)


def _words_on_postgresql() -> None:
    """Make a column of words that PostgreSQL keeps by itself, without extensions: cities may not install them.

    'simple', for three languages are mixed in one text: no stop words, no stems; whoever searches, searches beginnings.
    """
    text = " || ' ' || ".join(f"coalesce({name}, '')" for name in SEARCHED)
    letters, plain = ACCENTED + MARKS.replace("'", "''"), PLAIN + " " * len(MARKS)
    words = f"to_tsvector('simple', translate(lower({text}), '{letters}', '{plain}'))"
    connection = op.get_bind()
    connection.exec_driver_sql(f"ALTER TABLE tickets ADD COLUMN words tsvector GENERATED ALWAYS AS ({words}) STORED")
    connection.exec_driver_sql("CREATE INDEX ix_tickets_words ON tickets USING gin (words)")
    # Several facets at once, in an index of a few megabytes: the expression is that of `storage/search.py: _holds`.
    facets = ", ".join(f"'{name[0]}:' || {name}" for name in ("department", "service", "area", "channel", "language"))
    connection.exec_driver_sql(f"CREATE INDEX ix_tickets_facets ON tickets USING gin ((ARRAY[{facets}]))")
    # Services belong to departments: a planner that takes them for independent expects far too few of both together.
    connection.exec_driver_sql(
        "CREATE STATISTICS st_tickets_facets (dependencies, mcv) ON department, service, status, area FROM tickets"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in ("added", "removed", "changed"):
            op.execute(f"DROP TRIGGER ticket_words_{name}")
        op.execute("DROP TABLE ticket_words")
    else:
        op.execute("DROP STATISTICS st_tickets_facets")
        op.drop_index("ix_tickets_facets", "tickets")
        op.execute("ALTER TABLE tickets DROP COLUMN words")
    for name in OPEN:
        op.drop_index(name, "tickets")
    op.drop_index("ix_tickets_city_lat_lon", "tickets")
    for facet in FACETS:
        op.drop_index(f"ix_tickets_city_{facet}_created_at", "tickets")
    op.drop_table("deeds")
    op.drop_table("unsent_words")
    op.drop_table("saved_filters")
