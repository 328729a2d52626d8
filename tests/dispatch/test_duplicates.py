"""Is this the same hole in the road? Told as what neighbours report, and what a clerk is shown."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from dispatch import tickets
from dispatch.city.model import City, Duplicates
from dispatch.duplicates import OFFER, SUGGEST, Spot, Suggestion, distance, suggestions, words_of
from storage.database import Database
from storage.vocabulary import Status
from tests.dispatch.desk import change, filed, history, ticket, told
from tests.dispatch.littleton import CLERK, LITTLETON, MONDAY

METRE = 1 / 111_320


def city(**pothole: Any) -> City:
    """Littleton with another rule for potholes."""
    services = dict(LITTLETON.services)
    services["pothole"] = services["pothole"].model_copy(update={"duplicates": Duplicates(**pothole)})
    return LITTLETON.model_copy(update={"services": services})


CITY = city(radius=50, days=30, related=("tree",))


def alike(database: Database, *, at: dt.datetime = MONDAY, where: City = CITY, **spot: Any) -> list[Suggestion]:
    about: dict[str, Any] = {"service": "pothole", "lat": 40.5, "lon": -74.5, "address": "12 Elm St"} | spot
    with database.reading() as session:
        return suggestions(session, where, Spot(**about), at, limit=10, least=SUGGEST)


def test_the_same_hole_is_found_two_hours_later(database: Database) -> None:
    number = filed(database)
    (found,) = alike(database, at=MONDAY + dt.timedelta(hours=2))
    assert (found.number, found.address, found.because.minutes) == (number, "12 Elm St", 120)
    assert found.because.same_service
    assert found.because.same_address
    assert found.likeness > OFFER


def test_the_nearest_comes_first_and_what_is_far_not_at_all(database: Database) -> None:
    far = filed(database, origin="CA1:1", lat=40.5 + 60 * METRE, address="40 Elm St")
    near = filed(database, origin="CA2:1", lat=40.5 + 8 * METRE, address="14 Elm St")
    here = filed(database, origin="CA3:1")
    found = alike(database)
    assert [one.number for one in found] == [here, near]
    assert far not in {one.number for one in found}
    assert found[1].because.metres == 8


def test_another_thing_at_the_same_place_is_another_thing(database: Database) -> None:
    filed(database, service="records")
    related = filed(database, origin="CA2:1", service="tree")
    (found,) = alike(database)
    assert found.number == related
    assert not found.because.same_service
    assert found.likeness < alike_to_itself(database)


def alike_to_itself(database: Database) -> float:
    filed(database, origin="CA9:1")
    return alike(database)[0].likeness


@pytest.mark.parametrize("days", [31, 400])
def test_what_was_reported_long_ago_is_not_offered(database: Database, days: int) -> None:
    filed(database)
    assert alike(database, at=MONDAY + dt.timedelta(days=days)) == []


def test_what_is_done_or_was_never_sent_is_not_offered(database: Database) -> None:
    done = filed(database)
    filed(database, origin="CA2:1", draft=True)
    change(database, tickets.change_status, done, Status.RESOLVED, CLERK, public="It was filled.")
    assert alike(database) == []


def test_a_service_may_have_no_such_thing_as_duplicates(database: Database) -> None:
    filed(database)
    assert alike(database, where=city(radius=0)) == []


def test_without_a_spot_nothing_is_offered(database: Database) -> None:
    filed(database, lat=None, lon=None)
    assert alike(database) == []
    assert alike(database, lat=None, lon=None) == []


def test_the_same_words_make_it_likelier(database: Database) -> None:
    filed(database, lat=40.5 + 20 * METRE, address="20 Elm St", description="swallowed my bicycle, by the bakery")
    ((with_words,), (without,)) = (alike(database, words=said) for said in ("a bicycle fell into it at the bakery", ""))
    assert with_words.because.words == ("bakery", "bicycle")
    assert with_words.likeness > without.likeness


def test_a_ticket_is_not_like_itself_nor_like_another_city_s(database: Database) -> None:
    first, second = filed(database), filed(database, origin="CA2:1")
    found = ticket(database, first)
    with database.reading() as session:
        assert [one.number for one in suggestions(session, CITY, found, found.created_at)] == [second]
        elsewhere = CITY.model_copy(update={"slug": "elsewhere"})
        assert suggestions(session, elsewhere, found, found.created_at) == []


def test_what_becomes_of_the_first_is_written_down_with_all(database: Database) -> None:
    first, second = filed(database), filed(database, origin="CA2:1", reporter_phone="+12125550002")
    change(database, tickets.merge, second, first, CLERK)
    change(database, tickets.change_status, first, Status.RESOLVED, CLERK, public="It was filled.")
    joined = ticket(database, second)
    assert (joined.status, joined.public_note) == (Status.DUPLICATE, "It was filled.")
    line = history(database, second)[-1]
    assert (line.kind, line.public) == ("together", "It was filled.")
    assert line.data == {"number": first, "status": "resolved"}
    said = [to for to, words in told(database) if "It was filled." in words]
    assert sorted(said) == ["+12125550001", "+12125550002"], "each of their people hears it once"


def test_split_again_it_is_found_again(database: Database) -> None:
    first, second = filed(database), filed(database, origin="CA2:1")
    change(database, tickets.merge, second, first, CLERK)
    assert [one.number for one in alike(database)] == [first]
    change(database, tickets.change_status, second, Status.NEW, CLERK, why="another hole")
    assert {one.number for one in alike(database)} == {first, second}
    assert ticket(database, second).parent_id is None


def test_distances_are_metres() -> None:
    assert round(distance(40.0, -74.0, 40.0 + 100 * METRE, -74.0)) == 100
    assert round(distance(60.0, 10.0, 60.0, 10.0 + 100 * METRE)) == 50


def test_words_without_meaning_do_not_count() -> None:
    assert words_of("There is a HUGE pothole, près de l'école") == {"huge", "pothole", "pres", "ecole"}
