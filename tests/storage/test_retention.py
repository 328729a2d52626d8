"""What the law wants forgotten is forgotten; what counts calls and potholes stays."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from storage import outbox, retention, search, tickets
from storage.database import Database
from storage.message_tables import DigestLine
from storage.retention import Forgotten
from storage.rows import Row
from storage.search_tables import Deed, UnsentWords
from storage.tables import Call, Follower, Notification, Ticket, Turn
from storage.vocabulary import Channel, NotificationStatus, Status

NOW = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
LONG_AGO, LATELY = NOW - dt.timedelta(days=100), NOW - dt.timedelta(days=1)
SECRETS = ("+12125550001", "Ana Secret", "ana@secret.example", "my secret words", "RE-secret")


def a_life(
    database: Database, when: dt.datetime, closed: dt.datetime | None, sid: str = "CA1", status: Status | None = None
) -> None:
    """A call with a turn, a ticket with a history, a follower and messages: all of them full of secrets."""
    number, name, mail, words, recording = SECRETS
    with database.transaction() as session:
        session.add(
            Call(
                call_sid=sid,
                city="springfield",
                caller=number,
                state="goodbye",
                turn=1,
                memory=json.dumps({"said": words}),
                outcome="filed",
                started_at=when,
                updated_at=when,
            )
        )
        session.add(
            Turn(
                call_sid=sid,
                number=1,
                heard=words,
                state_before="describe",
                state_after="contact",
                said=f"Thank you, {name}",
                reply=f"<Response><Say>{name}</Say></Response>",
                language="en",
                alarm="possible",
                alarm_category="fire",
                alarm_evidence=words,
                took_us=900,
                at=when,
            )
        )
        ticket = tickets.add_once(
            session,
            Ticket(
                city="springfield",
                number=sid,
                service="pothole",
                department="streets",
                routed_because="streets does pothole",
                status=status or (Status.CLOSED if closed else Status.NEW),
                priority_because=f"the message sounds like an emergency: {words}",
                channel=Channel.PHONE,
                place_kind="address",
                address="12 Elm St",
                place_note=words,
                description=words,
                answers={"who": name},
                reporter_name=name,
                reporter_phone=number,
                reporter_email=mail,
                updates=True,
                recording_url=f"https://example.com/{recording}",
                recording_sid=recording,
                recording_seconds=9,
                transcript=words,
                created_at=when,
                updated_at=when,
                closed_at=closed,
            ),
        )
        assert ticket is not None
        tickets.append(session, ticket, when, who="caller", channel=Channel.PHONE, kind="filed", why="streets does it")
        tickets.append(session, ticket, when, who="caller", channel=Channel.PHONE, kind="comment", why=words)
        tickets.append(
            session, ticket, when, who="maria", channel=Channel.CONSOLE, kind="comment", why=f"called {name}"
        )
        tickets.append(
            session, ticket, when, who="maria", channel=Channel.CONSOLE, kind="status", why="a crew is at it"
        )
        tickets.append(
            session,
            ticket,
            when,
            who="maria",
            channel=Channel.CONSOLE,
            kind="status",
            to_status=Status.WAITING,
            why=f"asked the reporter: is {name} your neighbour?",
        )
        tickets.append(
            session, ticket, when, who="house", channel=Channel.SYSTEM, kind="transcript", data={"alarm": words}
        )
        session.add(UnsentWords(operator="maria", ticket_id=ticket.id or 0, words={"text": f"call {number}"}, at=when))
        deed = {"number": sid, "changes": {"reporter_name": name}}
        session.add(Deed(key=sid, city="springfield", who="maria", what="take", at=when, until=when, before=[deed]))
        a_digest(session, when, ticket.id or 0, words)
        session.add(Follower(ticket_id=ticket.id or 0, phone=number, created_at=when))
        outbox.put(
            session, "springfield", channel="sms", recipient=number, key=sid, at=when, body=words, ticket_id=ticket.id
        )
        outbox.put(
            session, "springfield", channel="sms", recipient=number, key=f"{sid}-map", at=when, body=words, call_sid=sid
        )


def a_digest(session: Session, when: dt.datetime, ticket_id: int, words: str) -> None:
    """An e-mail to a department that told of many tickets, and so hangs on none; and the line of one in it."""
    line = DigestLine(city="springfield", department="streets", ticket_id=ticket_id, subject="1", body=words, at=when)
    line.sent_at = when
    session.add(line)
    row = outbox.put(
        session,
        "springfield",
        channel="email",
        recipient="streets@springfield.gov",
        key=f"digest-{ticket_id}",
        at=when,
        template="department.digest",
        body=words,
    )
    assert row


def forget(database: Database) -> Forgotten:
    before = NOW - dt.timedelta(days=90)
    return retention.forget(database, "springfield", calls_before=before, tickets_before=before, at=NOW)


def everything(database: Database, but: str = "") -> str:
    """All that any table holds, as one text."""
    with database.reading() as session:
        return "\n".join(
            str(row)
            for table in Row.metadata.tables
            if table != but
            for row in session.connection().execute(text(f"SELECT * FROM {table}"))
        )


def test_nothing_personal_is_left_but_the_order_to_delete_the_recording(database: Database) -> None:
    a_life(database, LONG_AGO, LONG_AGO)
    assert all(secret in everything(database) for secret in SECRETS)
    assert forget(database) == Forgotten(calls=1, tickets=1)
    left = everything(database)
    assert [secret for secret in SECRETS if secret in left] == ["RE-secret"]
    assert "RE-secret" not in everything(database, but="notifications")


def test_no_search_finds_what_was_forgotten_and_no_index_keeps_it(database: Database) -> None:
    a_life(database, LONG_AGO, LONG_AGO)
    a_life(database, LATELY, LATELY, sid="CA2")
    with database.transaction() as session:
        session.get_one(Ticket, 1).description = "Archibald lives there"
    assert b"archibald" in index_of_words(database)
    forget(database)
    assert b"archibald" not in index_of_words(database)
    with database.reading() as session:
        assert search.count(session, "springfield", search.Wanted(words="archibald")) == 0
        assert search.count(session, "springfield", search.Wanted(words="secret words")) == 1


def test_what_a_caller_began_and_hung_up_on_is_forgotten_by_its_age(database: Database) -> None:
    """Nobody ever closes a draft, so it would be remembered for ever."""
    a_life(database, LONG_AGO, None, status=Status.DRAFT)
    a_life(database, LATELY, None, sid="CA2", status=Status.DRAFT)
    assert forget(database) == Forgotten(calls=1, tickets=1)
    with database.reading() as session:
        old, young = session.get_one(Ticket, 1), session.get_one(Ticket, 2)
        assert (old.reporter_phone, old.description, old.service) == (None, "", "pothole")
        assert young.description == "my secret words"


def test_what_is_reopened_is_forgotten_once_more(database: Database) -> None:
    a_life(database, LONG_AGO, LONG_AGO)
    forget(database)
    with database.transaction() as session:
        ticket = session.get_one(Ticket, 1)
        ticket.status, ticket.closed_at = Status.REOPENED, None
        session.add(Follower(ticket_id=1, phone="+12125550001", created_at=LATELY))
    forget(database)
    with database.transaction() as session:
        ticket = session.get_one(Ticket, 1)
        ticket.status, ticket.closed_at = Status.CLOSED, LONG_AGO
    assert forget(database) == Forgotten(calls=0, tickets=1)
    assert "+12125550001" not in everything(database)


def index_of_words(database: Database) -> bytes:
    """What SQLite's index of words holds, as it lies in the file; PostgreSQL's is of the column itself."""
    if not database.is_sqlite:
        question = "SELECT string_agg(words::text, ' ') FROM tickets"
        with database.reading() as session:
            return str(session.connection().execute(text(question)).scalar_one()).encode()
    with database.reading() as session:
        return b"".join(session.connection().execute(text("SELECT block FROM ticket_words_data")).scalars())


def test_the_statistics_stay(database: Database) -> None:
    a_life(database, LONG_AGO, LONG_AGO)
    forget(database)
    with database.reading() as session:
        call, turn = session.get_one(Call, "CA1"), session.get_one(Turn, ("CA1", 1))
        ticket = session.get_one(Ticket, 1)
        history = tickets.history(session, "springfield", ticket)
        assert (call.outcome, call.turn, call.forgotten_at) == ("filed", 1, NOW)
        assert (turn.state_after, turn.took_us, turn.alarm_category) == ("contact", 900, "fire")
        assert (ticket.service, ticket.address, ticket.recording_seconds) == ("pothole", "12 Elm St", 9)
        assert [(line.kind, line.why) for line in history] == [
            ("filed", "streets does it"),
            ("comment", ""),
            ("comment", ""),
            ("status", "a crew is at it"),
            ("status", ""),
            ("transcript", ""),
        ]


def test_what_was_not_sent_by_then_is_never_sent(database: Database) -> None:
    a_life(database, LONG_AGO, LONG_AGO)
    forget(database)
    with database.reading() as session:
        rows = session.exec(select(Notification).order_by(col(Notification.id))).all()
        assert [(row.channel, row.status, row.recipient) for row in rows] == [
            ("email", NotificationStatus.CANCELLED, ""),
            *[("sms", NotificationStatus.CANCELLED, "")] * 2,
            ("rest_delete", NotificationStatus.PENDING, "RE-secret"),
        ]


@pytest.mark.parametrize(
    ("when", "closed", "forgotten"),
    [
        (LATELY, LATELY, Forgotten(0, 0)),
        (LONG_AGO, LATELY, Forgotten(1, 0)),
        (LONG_AGO, None, Forgotten(1, 0)),
    ],
)
def test_what_is_young_or_open_is_remembered(
    database: Database, when: dt.datetime, closed: dt.datetime | None, forgotten: Forgotten
) -> None:
    a_life(database, when, closed)
    assert forget(database) == forgotten
    with database.reading() as session:
        assert session.get_one(Ticket, 1).reporter_name == "Ana Secret"


def test_a_dry_run_counts_and_changes_nothing(database: Database) -> None:
    a_life(database, LONG_AGO, LONG_AGO)
    before = everything(database)
    with database.reading() as session:
        found = retention.due(session, "springfield", calls_before=NOW, tickets_before=NOW)
    assert found == Forgotten(1, 1)
    assert everything(database) == before


def test_it_is_done_batch_by_batch_until_all_is_forgotten(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    for each in range(5):
        a_life(database, LONG_AGO, LONG_AGO, sid=f"CA{each}")
    assert forget(database) == Forgotten(5, 5)
    assert forget(database) == Forgotten(0, 0)
