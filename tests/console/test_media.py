"""Photos and recordings are shown at the desk to those who may see them, fetched from Twilio with the city's log-in."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from dataclasses import replace

import pytest
import requests
from flask import Flask, Response, request
from sqlmodel import update

from dispatch import media as twilio_media
from dispatch import tickets
from dispatch.console import media as pages
from dispatch.console.desk import Desk
from dispatch.media import Media
from dispatch.new_ticket import By
from storage import messages
from storage.database import Database
from storage.message_tables import IncomingText
from storage.tables import Ticket
from storage.vocabulary import Channel, Role
from tests.browser.house import served
from tests.console.clerk import Clerk, hired
from tests.console.conftest import MORNING, house_with
from tests.console.town import SLUG, filed, history

ACCOUNT, TOKEN = "AC" + "1" * 32, "a token nobody sees"
THERE = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}"
PIXEL = base64.b64decode("R0lGODlhAQABAAAAACwAAAAAAQABAAACAkQBADs=")


class Kept:
    """Twilio's side: what it keeps, and who asked for it with which log-in."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.files = {
            "/Messages/MM1/Media/ME1": Response(PIXEL, mimetype="image/gif"),
            "/Messages/MM1/Media/MEpage": Response("<script>alert(1)</script>", mimetype="text/html"),
            "/Messages/MM1/Media/MEhuge": Response(b"x" * 100, mimetype="image/png"),
            "/Messages/MM1/Media/MEaway": Response("", 503),
            "/Messages/MM1/Media/MEon": Response("", 307, headers={"Location": "http://127.0.0.1:9/inside"}),
            "/Recordings/RE1.mp3": Response(b"ID3 music", mimetype="audio/mpeg"),
        }

    def app(self) -> Flask:
        app = Flask("twilio")

        @app.get("/2010-04-01/Accounts/<account>/<path:path>")
        def file(account: str, path: str) -> Response:
            login = request.authorization
            assert login
            assert (login.username, login.password, account) == (ACCOUNT, TOKEN, ACCOUNT)
            self.asked.append((account, path))
            return self.files.get(f"/{path}", Response("", 404))

        return app


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def connected(desk: Desk, kept: Kept) -> Iterator[Desk]:
    """The desk of a city with a Twilio account."""
    with served(kept.app()) as address:
        yield replace(desk, media=Media(ACCOUNT, TOKEN, api=address))


@pytest.fixture
def maria(connected: Desk, database: Database) -> Clerk:
    """A supervisor, logged in."""
    clerk = Clerk(house_with(connected))
    clerk.logs_in(hired(database, role=Role.SUPERVISOR))
    return clerk


def shown(desk: Desk, *photos: str) -> str:
    """Where the first of these photos stands, texted to a ticket just filed, without its place among them."""
    number = filed(desk)
    with desk.database.transaction() as session:
        by = By("reporter", Channel.SMS, desk.now())
        tickets.comment(session, desk.packs[SLUG].city, number, "look", by, photos=photos)
    return f"/console/tickets/{number}/photos/{history(desk, number)[-1].id}"


def test_a_photo_is_shown_to_who_sees_the_ticket(connected: Desk, maria: Clerk) -> None:
    photo = shown(connected, f"{THERE}/Messages/MM1/Media/ME1")
    assert f'href="{photo}/0"' in maria.goes(photo.partition("/photos")[0])
    maria.goes(f"{photo}/0")
    assert (maria.status, maria.last.data, maria.last.mimetype) == (200, PIXEL, "image/gif")
    headers = maria.last.headers
    assert headers["Cache-Control"] == "private, max-age=600"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert TOKEN not in str(headers)


@pytest.mark.parametrize(
    ("address", "code", "sentence"),
    [
        (f"{THERE}/Messages/MM1/Media/MEgone", 404, "Twilio has it no longer."),
        (f"{THERE}/Messages/MM1/Media/MEpage", 415, "of a kind that is not shown"),
        (f"{THERE}/Messages/MM1/Media/MEhuge", 413, "too large"),
        (f"{THERE}/Messages/MM1/Media/MEaway", 502, "Twilio did not answer"),
        (f"{THERE}/Messages/MM1/Media/MEon", 404, "does not lie at Twilio"),
        (f"{THERE}/Messages/MM1/Media/../../../Accounts.json", 404, "does not lie at Twilio"),
        ("https://api.twilio.com.evil.example/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1", 404, "not lie"),
        ("https://169.254.169.254/latest/meta-data", 404, "not lie"),
    ],
)
def test_what_cannot_be_shown_is_told_in_a_sentence(
    address: str, code: int, sentence: str, connected: Desk, maria: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twilio_media, "LARGEST", 99)
    page = maria.goes(f"{shown(connected, address)}/0")
    assert maria.status == code
    assert sentence in page


def test_only_what_stands_with_the_ticket_is_fetched(connected: Desk, maria: Clerk, kept: Kept) -> None:
    photo = shown(connected, f"{THERE}/Messages/MM1/Media/ME1")
    for path in (f"{photo}/1", f"{photo}9/0", photo.replace("/photos/", "9/photos/") + "/0"):
        maria.goes(path)
        assert maria.status == 404, path
    assert kept.asked == []


def test_a_recording_is_for_those_who_may_hear_callers(connected: Desk, database: Database, maria: Clerk) -> None:
    number = filed(connected)
    with database.transaction() as session:
        session.exec(update(Ticket).values(recording_url=f"{THERE}/Recordings/RE1", recording_seconds=12))
    recording = f"/console/tickets/{number}/recording"
    assert recording in maria.goes(f"/console/tickets/{number}")
    maria.goes(recording)
    assert (maria.last.data, maria.last.mimetype) == (b"ID3 music", "audio/mpeg")
    viewer = Clerk(house_with(connected))
    viewer.logs_in(hired(database, "vera@springfield.gov", role=Role.VIEWER))
    assert recording not in viewer.goes(f"/console/tickets/{number}")
    viewer.goes(recording)
    assert viewer.status == 403


def test_a_photo_is_shown_from_the_received_messages_too(database: Database, maria: Clerk) -> None:
    with database.transaction() as session:
        for sid, city in (("SM1", SLUG), ("SM2", "elsewhere")):
            there = IncomingText(message_sid=sid, city=city, media=[f"{THERE}/Messages/MM1/Media/ME1"], at=MORNING)
            messages.first_delivery(session, there)
    assert 'href="/console/messages/incoming/SM1/photos/0"' in maria.goes("/console/messages/incoming")
    maria.goes("/console/messages/incoming/SM1/photos/0")
    assert maria.last.data == PIXEL
    maria.goes("/console/messages/incoming/SM2/photos/0")
    assert maria.status == 404


def test_the_token_stays_behind_where_twilio_sends_us_on(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, object]] = []

    def get(url: str, auth: object = None, **_: object) -> requests.Response:
        asked.append((url, auth))
        answer = requests.Response()
        answer.status_code, answer.raw = (307 if auth else 200), io.BytesIO(PIXEL)
        answer.headers.update(
            {"Location": "https://media.twiliocdn.com/AC1/f"} if auth else {"Content-Type": "image/gif"}
        )
        return answer

    monkeypatch.setattr(requests, "get", get)
    fetched = Media(ACCOUNT, TOKEN).fetch(f"{THERE}/Messages/MM1/Media/ME1")
    assert b"".join(fetched.pieces) == PIXEL
    assert asked[1] == ("https://media.twiliocdn.com/AC1/f", None)


def test_few_are_fetched_at_once_and_their_places_are_given_back(connected: Desk, maria: Clerk) -> None:
    photo = shown(connected, f"{THERE}/Messages/MM1/Media/ME1", f"{THERE}/Messages/MM1/Media/MEgone")
    for _ in range(pages.AT_ONCE + 1):
        maria.goes(f"{photo}/0")
        maria.goes(f"{photo}/1")
    held = [pages._places.acquire(blocking=False) for _ in range(pages.AT_ONCE)]
    assert all(held)
    assert "Others are being fetched just now." in maria.goes(f"{photo}/0")
    for _ in held:
        pages._places.release()


def test_without_an_account_the_page_says_so(desk: Desk, database: Database) -> None:
    clerk = Clerk(house_with(desk))
    clerk.logs_in(hired(database, role=Role.SUPERVISOR))
    assert "no Twilio account" in clerk.goes(f"{shown(desk, f'{THERE}/Messages/MM1/Media/ME1')}/0")
    assert clerk.status == 503
