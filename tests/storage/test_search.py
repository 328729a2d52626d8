"""Finding tickets: whichever way a page is read, it shows the same as looking at every ticket would."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest
from sqlmodel import Session

from storage import search, search_lists, tickets
from storage.database import Database
from storage.search import Cursor, Order, Wanted
from storage.search_filters import tokens, tsquery
from storage.tables import Ticket
from storage.vocabulary import Channel, Priority, Status

NOW = dt.datetime(2026, 3, 3, 12, tzinfo=dt.UTC)
CITY = "springfield"


def a_ticket(place: int, chance: random.Random) -> Ticket:
    """One of many: what it is like is drawn by lot."""
    opened = NOW - dt.timedelta(hours=chance.randrange(0, 4_000))
    status = chance.choice(list(Status))
    ended = status in {Status.RESOLVED, Status.CLOSED, Status.DECLINED, Status.DUPLICATE, Status.REFERRED}
    return Ticket(
        city=CITY,
        number=str(10_000_000 + place),
        origin=f"lot:{place}",
        service=chance.choice(["pothole", "graffiti", "tree"]),
        department=chance.choice(["streets", "parks"]),
        routed_because="",
        status=status,
        priority=chance.choice(list(Priority)),
        channel=chance.choice(list(Channel)),
        language=chance.choice(["en", "es"]),
        address=chance.choice(["12 Elm St", "7 Oak Ave", "1 Élan Way"]),
        area=chance.choice(["north", "south"]),
        lat=chance.uniform(39, 41),
        lon=chance.uniform(-90, -88),
        description=chance.choice(["a deep pothole", "lights are out", "árbol caído", "broken light near the school"]),
        assignee=chance.choice([None, "maria", "ben"]),
        created_at=opened,
        updated_at=opened,
        due_at=opened + dt.timedelta(hours=chance.randrange(0, 4_000)),
        paused_at=NOW if status is Status.WAITING else None,
        closed_at=NOW if ended else None,
    )


@pytest.fixture
def many(database: Database) -> list[Ticket]:
    """A hundred and fifty tickets of a city, and one of another."""
    chance = random.Random(311)
    made = [a_ticket(place, chance) for place in range(150)]
    elsewhere = a_ticket(0, chance)
    elsewhere.city = "littleton"
    with database.transaction() as session:
        session.add_all([*made, elsewhere])
    return made


def all_pages(session: Session, wanted: Wanted, order: Order, limit: int = 20) -> list[str]:
    """Walk from the first page to the last, and then back, which must show the same."""
    pages = [search.page(session, CITY, wanted, order, limit=limit)]
    while pages[-1].older:
        pages.append(search.page(session, CITY, wanted, order, after=pages[-1].older, limit=limit))
    back, here = [pages[-1]], pages[-1]
    while here.newer:
        here = search.page(session, CITY, wanted, order, before=here.newer, limit=limit)
        back.append(here)
    shown = [[ticket.number for ticket in page.tickets] for page in pages]
    assert [[ticket.number for ticket in page.tickets] for page in back[::-1]] == shown
    return [number for page in shown for number in page]


CASES: dict[str, tuple[Wanted, Any]] = {
    "all": (Wanted(), lambda _: True),
    "open": (Wanted(open_only=True), lambda t: t.closed_at is None),
    "status": (Wanted(statuses=(Status.NEW,)), lambda t: t.status is Status.NEW),
    "statuses": (Wanted(statuses=(Status.NEW, Status.DRAFT)), lambda t: t.status in {Status.NEW, Status.DRAFT}),
    "several": (
        Wanted(departments=("parks",), areas=("north",), languages=("es",), services=("tree",)),
        lambda t: (t.department, t.area, t.language, t.service) == ("parks", "north", "es", "tree"),
    ),
    "several values of several": (
        Wanted(departments=("parks", "streets"), areas=("north",), statuses=(Status.NEW, Status.CLOSED)),
        lambda t: t.area == "north" and t.status in {Status.NEW, Status.CLOSED},
    ),
    "held, in a language, of a priority": (
        Wanted(assignees=("maria", "ben"), languages=("es",), priorities=(Priority.HIGH,)),
        lambda t: t.assignee and t.language == "es" and t.priority is Priority.HIGH,
    ),
    "held": (Wanted(assignees=("maria",)), lambda t: t.assignee == "maria"),
    "held by nobody or ben": (Wanted(assignees=("", "ben")), lambda t: t.assignee in {None, "ben"}),
    "priority": (Wanted(priorities=(Priority.URGENT,)), lambda t: t.priority is Priority.URGENT),
    "overdue": (
        Wanted(due_before=NOW),
        lambda t: t.closed_at is None and t.paused_at is None and t.due_at < NOW,
    ),
    "due soon": (
        Wanted(due_before=NOW + dt.timedelta(days=5), due_from=NOW),
        lambda t: t.closed_at is None and t.paused_at is None and NOW <= t.due_at < NOW + dt.timedelta(days=5),
    ),
    "age": (
        Wanted(opened_from=NOW - dt.timedelta(days=60), opened_to=NOW - dt.timedelta(days=30)),
        lambda t: dt.timedelta(days=30) < NOW - t.created_at <= dt.timedelta(days=60),
    ),
    "a word": (Wanted(words="light"), lambda t: "light" in t.description),
    "a plural": (Wanted(words="lights"), lambda t: "light" in t.description),
    "a beginning": (Wanted(words="scho"), lambda t: "school" in t.description),
    "without accents": (Wanted(words="arbol"), lambda t: "árbol" in t.description),
    "with accents": (Wanted(words="CAÍDO Élan"), lambda t: "árbol" in t.description and "Élan" in t.address),
    "a Spanish plural": (Wanted(words="árboles"), lambda t: "árbol" in t.description),
    "Spanish plurals": (Wanted(words="arboles caidos"), lambda t: "árbol" in t.description),
    "two words": (Wanted(words="elm lights"), lambda t: "Elm" in t.address and "light" in t.description),
    "only punctuation": (Wanted(words="!!! '); --"), lambda _: False),
    "operators of the engines": (Wanted(words='light OR "school* & !'), lambda _: False),
    "a corner": (Wanted(box=(39.5, -89.5, 40.5, -88.5)), lambda t: 39.5 <= t.lat <= 40.5 and -89.5 <= t.lon <= -88.5),
    "a corner, a service, a word": (
        Wanted(box=(39.5, -89.5, 40.5, -88.5), services=("tree",), words="light"),
        lambda t: (
            39.5 <= t.lat <= 40.5 and -89.5 <= t.lon <= -88.5 and t.service == "tree" and "light" in t.description
        ),
    ),
    "a word in places": (
        Wanted(words="light", areas=("north",)),
        lambda t: "light" in t.description and t.area == "north",
    ),
    "word and status": (
        Wanted(words="pothole", statuses=(Status.NEW,), open_only=True),
        lambda t: "pothole" in t.description and t.status is Status.NEW,
    ),
}


WAYS: dict[str, dict[str, int]] = {
    "common": {"WINDOW": 20_000, "GATHERED": 0},
    "between": {"WINDOW": 40, "GATHERED": 0},
    "a second look": {"WINDOW": 40, "GATHERED": 0, "MANY": 5},
    "some candidates": {"WINDOW": 30, "GATHERED": 0, "CANDIDATES": 25},
    "rare": {"WINDOW": 1, "GATHERED": 0},
    "taken for rare": {"WINDOW": 20_000, "GATHERED": 4_000},
}


@pytest.mark.parametrize("way", WAYS)
def test_each_filter_shows_what_fits_and_nothing_else(
    database: Database, many: list[Ticket], monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    for name, value in WAYS[way].items():
        monkeypatch.setattr(search_lists, name, value)
    newest = sorted(many, key=lambda t: (t.created_at, t.id), reverse=True)
    with database.reading() as session:
        for case, (wanted, fits) in CASES.items():
            fitting = [ticket.number for ticket in newest if fits(ticket)]
            assert all_pages(session, wanted, Order.NEWEST) == fitting, case
            assert search.count(session, CITY, wanted) == len(fitting), case
            first = search.page(session, CITY, wanted, limit=20)
            assert first.count == len(fitting) or (first.more and first.count < len(fitting)), case


def test_lists_are_sorted_as_asked(database: Database, many: list[Ticket]) -> None:
    due = sorted((t for t in many if t.closed_at is None), key=lambda t: (t.due_at, t.id))
    with database.reading() as session:
        newest = all_pages(session, Wanted(), Order.NEWEST)
        assert all_pages(session, Wanted(), Order.OLDEST) == newest[::-1]
        assert all_pages(session, Wanted(), Order.DUE) == [ticket.number for ticket in due]
        mine = [ticket.number for ticket in due if ticket.assignee == "maria"]
        assert all_pages(session, Wanted(assignees=("maria",)), Order.DUE) == mine


def test_counts_stop_and_say_so(database: Database, many: list[Ticket], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "COUNTED", 60)
    with database.reading() as session:
        page = search.page(session, CITY, Wanted(), limit=20)
        assert (page.count, page.more) == (60, True)
        few = search.page(session, CITY, Wanted(statuses=(Status.NEW,)), limit=5)
        assert (few.count, few.more) == (sum(t.status is Status.NEW for t in many), False)


def test_a_ticket_that_arrives_meanwhile_shifts_nothing(database: Database, many: list[Ticket]) -> None:
    with database.reading() as session:
        first = search.page(session, CITY, Wanted(), limit=50)
        second = search.page(session, CITY, Wanted(), after=first.older, limit=50)
    late = a_ticket(999, random.Random(1))
    late.created_at = NOW + dt.timedelta(hours=1)
    with database.transaction() as session:
        tickets.add_once(session, late)
    with database.reading() as session:
        again = search.page(session, CITY, Wanted(), after=first.older, limit=50)
    assert [t.number for t in again.tickets] == [t.number for t in second.tickets]


def test_words_are_found_as_they_are_now(database: Database, many: list[Ticket]) -> None:
    with database.transaction() as session:
        ticket = tickets.locked(session, CITY, many[0].number)
        assert ticket
        ticket.description = "a zebra on the loose"
    with database.reading() as session:
        assert [t.number for t in search.page(session, CITY, Wanted(words="zebra")).tickets] == [many[0].number]
    with database.transaction() as session:
        ticket = tickets.locked(session, CITY, many[0].number)
        assert ticket
        ticket.description = ""
    with database.reading() as session:
        assert search.page(session, CITY, Wanted(words="zebra")).tickets == []


def test_the_map_shows_the_newest_of_a_corner(database: Database, many: list[Ticket]) -> None:
    box = (39.0, -90.0, 40.0, -88.0)
    fitting = sorted((t for t in many if t.lat and t.lat <= 40), key=lambda t: (t.created_at, t.id), reverse=True)
    with database.reading() as session:
        marks = search.in_box(session, CITY, box, Wanted(), limit=30)
    assert [mark.number for mark in marks] == [ticket.number for ticket in fitting[:30]]
    assert marks[0].status is fitting[0].status


def test_a_page_after_the_last_is_empty(database: Database, many: list[Ticket]) -> None:
    with database.reading() as session:
        page = search.page(session, CITY, Wanted(), after=Cursor(NOW - dt.timedelta(days=9_000), 1))
    assert (list(page.tickets), page.older) == ([], None)


def test_words_are_read_as_people_mean_them() -> None:
    assert tokens("Potholes  on ÉLM-street's") == ["potholes", "on", "elm", "street", "s"]


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("hole", "hole:*"),
        ("holes", "hole:* | hol"),
        ("señales", "senale:* | senal"),
        ("luz", "luz:* | luces"),
        ("luces rotas", "(luces | luce | luc | luz) & (rotas | rota)"),
        ("light 12", "(light | lights | lightes) & (12)"),
    ],
)
def test_words_are_found_in_singular_and_plural(words: str, asked: str) -> None:
    assert tsquery(tokens(words)) == asked
