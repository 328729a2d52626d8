"""Somebody opens the link in a message: how the report stands, "it is not fixed", no more messages."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from sqlmodel import col, select

from dispatch import tickets
from dispatch.new_ticket import By
from dispatch.notifications.channels.linked import Linked
from ivr.report_link import LIVES, report_url
from ivr.settings import Settings
from storage import alarm_log
from storage import tickets as ledger
from storage.alarm_log import Danger
from storage.database import Database
from storage.tables import Notification
from storage.vocabulary import Channel, Priority, Status
from tests.wire.texting import MARIA, NOON, done, filed, grouped, history, stands
from tests.wire.twilio_side import BASE, CALLER, line_of

NEIGHBOUR = "neighbour@example.org"


@pytest.fixture(autouse=True)
def noon(app: Flask) -> None:
    line_of(app).now = lambda: NOON


@pytest.fixture
def number(app: Flask) -> str:
    """A pothole that was reported by telephone, which a neighbour follows by e-mail, and which is done."""
    number = filed(app)
    with line_of(app).database.transaction() as session:
        city = line_of(app).packs.first.city
        by = By("caller", Channel.PHONE, NOON)
        tickets.follow(session, city, number, by, language="fr", email=NEIGHBOUR)
    done(app, number)
    return number


class Browser:
    """A browser without a script, on the page that the last message to somebody led to."""

    def __init__(self, app: Flask, settings: Settings, recipient: str = CALLER) -> None:
        with line_of(app).database.reading() as session:
            rows = select(Notification).where(Notification.recipient == recipient)
            message = session.exec(rows.order_by(col(Notification.id).desc())).first()
        assert message
        self.client = app.test_client()
        self.path = report_url(settings, message.id or 0).removeprefix(BASE)

    def opens(self) -> str:
        """What stands on the page."""
        answer = self.client.get(self.path)
        assert answer.status_code == 200
        return self.read(answer.get_data(as_text=True))

    def sends(self, **form: str) -> str:
        """Press a button; what stands on the page that comes."""
        answer = self.client.post(self.path, data=form)
        assert answer.status_code == 200
        return self.read(answer.get_data(as_text=True))

    def read(self, page: str) -> str:
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", page.partition("<main>")[2])).split())


def test_the_page_says_how_it_stands_and_nothing_of_who_reported_it(
    app: Flask, settings: Settings, number: str
) -> None:
    page = Browser(app, settings).opens()
    assert page.startswith(
        f"Springfield 311 Your report {grouped(number)} Pothole, 12 Main St Status: done. We filled it."
    )
    assert "It is not fixed" in page
    assert "Stop messages about this report" in page
    assert "dial 911" in page
    assert CALLER not in page
    assert "a deep one" not in page


def test_looking_at_it_changes_nothing(app: Flask, settings: Settings, number: str, database: Database) -> None:
    before = stands(database, number)
    browser = Browser(app, settings, NEIGHBOUR)
    for _ in range(3):
        browser.opens()
        browser.client.head(browser.path)
    assert stands(database, number).version == before.version


def test_not_fixed_opens_it_again_with_what_is_said(
    app: Flask, settings: Settings, number: str, database: Database
) -> None:
    page = Browser(app, settings).sends(do="not_fixed", note="The hole\x00 is <back>.")
    assert "Your report is open again." in page
    assert "Status: open again." in page
    assert "It is not fixed" not in page, "it is known now"
    ticket = stands(database, number)
    assert (ticket.status, ticket.priority) == (Status.REOPENED, Priority.HIGH)
    with database.reading() as session:
        told = session.exec(select(Notification.recipient).where(Notification.template == "public.changed")).all()
    assert told == [NEIGHBOUR], "who said it knows"
    line = next(event for event in history(database, number) if event.to_status is Status.REOPENED)
    assert (line.who, line.channel, line.why) == ("reporter", Channel.WEB, "The hole is <back>.")


def test_words_are_optional_and_saying_it_twice_is_saying_it_once(
    app: Flask, settings: Settings, number: str, database: Database
) -> None:
    browser = Browser(app, settings, NEIGHBOUR)
    assert "Votre demande est de nouveau ouverte." in browser.sends(do="not_fixed", note="")
    before = len(history(database, number))
    assert "Merci" not in browser.sends(do="not_fixed", note="")
    assert len(history(database, number)) == before
    assert "Nous l'avons ajouté" in browser.sends(do="not_fixed", note="Et l'eau monte.")
    last = history(database, number)[-1]
    assert (last.kind, last.who, last.why) == ("comment", "follower", "Et l'eau monte.")


def test_danger_is_sent_to_911_first_here_too(app: Flask, settings: Settings, number: str, database: Database) -> None:
    page = Browser(app, settings).sends(do="not_fixed", note="a car fell in and it is on fire")
    assert page.index("Call 911 now") < page.index("open again")
    ticket = stands(database, number)
    assert (ticket.status, ticket.priority) == (Status.REOPENED, Priority.URGENT)
    assert "fire" in ticket.priority_because
    steps = [line.kind for line in history(database, number)][-2:]
    assert steps == ["priority", "status"], "urgent first, or what was written would wait for the daily digest"
    with database.reading() as session:
        [(alarm, logged)] = alarm_log.elsewhere(session, "springfield", Danger(verdict="certain"), 10)
    assert (alarm.words, logged) == ("a car fell in and it is on fire", number)


def test_danger_on_a_link_that_ran_out_is_sent_to_911_too(app: Flask) -> None:
    answer = app.test_client().post("/r/nonsense", data={"do": "not_fixed", "note": "my house is on fire"})
    assert answer.status_code == 410
    assert "Call 911 now" in answer.get_data(as_text=True)


def test_danger_is_sent_to_911_also_with_the_ledger_gone(make_app: Callable[..., Flask], settings: Settings) -> None:
    nowhere = Database("postgresql+psycopg://nobody@127.0.0.1:9/none")
    client = make_app(database=nowhere).test_client()
    path = report_url(settings, 1).removeprefix(BASE)
    answer = client.post(path, data={"do": "not_fixed", "note": "my house is on fire"})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 503
    assert text.index("Call 911 now") < text.index("something is not working here")
    nowhere.close()


def test_after_the_city_s_window_the_page_says_what_to_do(
    app: Flask, settings: Settings, number: str, database: Database
) -> None:
    browser = Browser(app, settings)
    line_of(app).now = lambda: NOON + dt.timedelta(days=90)
    page = browser.opens()
    assert "If it is not fixed, please call 311" in page
    assert "It is not fixed" not in page
    assert "We have added it" in browser.sends(do="not_fixed", note="said on a page that stood open")
    assert stands(database, number).status is Status.RESOLVED
    assert history(database, number)[-1].why == "said on a page that stood open"


def test_whoever_stops_messages_about_a_report_gets_no_more_of_them_and_the_others_do(
    app: Flask, settings: Settings, number: str, database: Database
) -> None:
    browser = Browser(app, settings, NEIGHBOUR)
    page = browser.sends(do="stop")
    assert "Vous ne recevrez plus de messages" in page
    assert "Ne plus recevoir" not in page
    with database.reading() as session:
        assert ledger.followers(session, "springfield", stands(database, number)) == []
    assert "It is not fixed" in Browser(app, settings).opens()
    assert stands(database, number).updates, "the reporter still hears of it"
    Browser(app, settings).sends(do="stop")
    assert not stands(database, number).updates


def test_the_button_of_a_mail_program_stops_them_without_opening_the_page(
    app: Flask, settings: Settings, number: str, database: Database
) -> None:
    browser = Browser(app, settings, NEIGHBOUR)
    browser.sends(**{"List-Unsubscribe": "One-Click"})
    with database.reading() as session:
        assert ledger.followers(session, "springfield", stands(database, number)) == []


def test_what_joined_another_report_stands_as_that_one_does(app: Flask, settings: Settings, database: Database) -> None:
    parent, joined = filed(app, "CA1:1", phone="+14155550199"), filed(app, "CA2:1")
    with line_of(app).database.transaction() as session:
        tickets.merge(session, line_of(app).packs.first.city, joined, parent, MARIA)
    page = Browser(app, settings).opens()
    assert f"Your report {grouped(joined)}" in page
    assert "Status: received." in page
    done(app, parent)
    Browser(app, settings).sends(do="not_fixed")
    assert stands(database, parent).status is Status.REOPENED


def test_a_post_that_asks_for_nothing_does_nothing(
    app: Flask, settings: Settings, number: str, database: Database
) -> None:
    before = stands(database, number).version
    Browser(app, settings).sends(note="hello")
    assert stands(database, number).version == before


def test_a_link_that_was_made_up_or_ran_out_is_gone_and_does_nothing(
    app: Flask, make_app: Callable[..., Flask], settings: Settings, number: str, database: Database
) -> None:
    browser = Browser(app, settings)
    other_house = settings.model_copy(update={"secret_key": type(settings.secret_key)("o" * 48)})
    one_more = browser.path.replace("/r/", "/r/1", 1)
    for path in ("/r/1", "/r/nonsense", "/r/1.é", one_more, report_url(other_house, 1).removeprefix(BASE)):
        assert app.test_client().get(path).status_code == 410
        assert app.test_client().post(path, data={"do": "not_fixed"}).status_code == 410
    line_of(app).now = lambda: NOON + LIVES + dt.timedelta(seconds=1)
    answer = app.test_client().get(browser.path)
    assert answer.status_code == 410
    assert "call 311" in answer.get_data(as_text=True)
    assert stands(database, number).status is Status.RESOLVED


def test_nothing_of_the_page_is_kept_or_comes_from_elsewhere(app: Flask, settings: Settings, number: str) -> None:
    browser = Browser(app, settings)
    answer = browser.client.get(browser.path)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "<script" not in answer.get_data(as_text=True)


class Postbag:
    """A way out that keeps what is sent."""

    def __init__(self) -> None:
        self.sent: list[Notification] = []

    def send(self, notification: Notification) -> None:
        self.sent.append(notification)


def test_the_link_is_added_as_a_message_leaves_and_the_ledger_does_not_have_it(
    app: Flask, settings: Settings, number: str, database: Database
) -> None:
    post = Postbag()
    channel = Linked(post, lambda number: report_url(settings, number))
    with database.reading() as session:
        rows = session.exec(select(Notification).order_by(col(Notification.id))).all()
    for row in rows:
        channel.send(row)
        channel.send(row)
    bodies = {(one.template, one.channel): one.body for one in post.sent}
    assert f"{BASE}/r/" not in bodies["public.filed", "sms"]
    assert f"{BASE}/r/" not in bodies["department.filed", "email"]
    text, mail = bodies["public.done", "sms"], bodies["public.done", "email"]
    assert re.search(rf"Reply NOT FIXED {grouped(number)}\. About this report: {BASE}/r/\d+\.[\w-]{{27}}$", text)
    assert re.search(
        rf"We filled it\.\n\nSur cette demande, et pour ne plus recevoir de messages : {BASE}/r/\S+$", mail
    )
    assert len({(one.id, one.body) for one in post.sent}) == len(rows), "sent again, it is the same to the letter"
    assert all(BASE not in row.body for row in rows)
