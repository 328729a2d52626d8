"""Twilio is asked first whether it has a message whose answer was lost, and forgets what it must."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any, ClassVar
from urllib.parse import urlsplit

import pytest
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response

from dispatch.notifications.channels import OptedOut, TransportError
from dispatch.notifications.channels.twilio import LONGEST_TEXT, Twilio
from tests.dispatch.littleton import MONDAY
from tests.notifications.conftest import a_notification

PHONE = "+12125550001"


class Account:
    """Twilio's side: what it was asked, and the messages it has."""

    known: ClassVar[dict[str, str]] = {"to": PHONE, "status": "queued"}

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.sent: list[dict[str, str]] = []
        self.messages: list[dict[str, str]] = []
        self.status = 201
        self.code = 21211

    def request(self, method: str, url: str, *_: Any, data: Any = None, **__: Any) -> Response:
        self.asked.append((method, urlsplit(url).path.partition("/Accounts/")[2].partition("/")[2]))
        if method == "GET":
            return Response(200, json.dumps({"messages": self.messages, "next_page_uri": None}))
        if method == "DELETE":
            return Response(self.status if self.status != 201 else 204, "{}")
        self.sent.append(data)
        return Response(self.status, json.dumps({"sid": "SM1", "message": "no", "code": self.code}))

    def has(self, body: str, created: dt.datetime = MONDAY, status: str = "queued") -> None:
        """Have taken a message already."""
        written = created.strftime("%a, %d %b %Y %H:%M:%S +0000")
        self.messages.append(self.known | {"body": body, "status": status, "date_created": written})


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Account:
    made = Account()
    monkeypatch.setattr(TwilioHttpClient, "request", lambda _, *more, **named: made.request(*more, **named))
    return made


@pytest.fixture
def twilio(account: Account) -> Twilio:
    return Twilio("AC" + "0" * 32, "t", senders={"littleton": "+12125559999"}, base_url="https://311.example")


def a_text(**changes: Any) -> Any:
    return a_notification("sms", PHONE, body="It is done.", **changes)


def test_the_key_goes_along_in_the_address_that_is_reported_to(account: Account, twilio: Twilio) -> None:
    twilio.send(a_text(idempotency_key="event-1-1-reporter"))
    assert account.sent[0]["StatusCallback"] == "https://311.example/sms/status?key=event-1-1-reporter"
    assert account.asked == [("POST", "Messages.json")]


def test_a_message_twilio_has_already_is_not_sent_again(account: Account, twilio: Twilio) -> None:
    account.has("It is done.")
    twilio.send(a_text(attempts=2))
    assert account.sent == []


@pytest.mark.parametrize(
    "had",
    [
        lambda _: None,
        lambda account: account.has("Something else."),
        lambda account: account.has("It is done.", MONDAY - dt.timedelta(days=7)),
        lambda account: account.has("It is done.", status="failed"),
    ],
    ids=["nothing", "another", "last week's", "a failed one"],
)
def test_a_message_twilio_has_not_is_sent_again(
    account: Account, twilio: Twilio, had: Callable[[Account], None]
) -> None:
    had(account)
    twilio.send(a_text(attempts=2))
    assert len(account.sent) == 1


def test_a_message_too_long_for_twilio_is_cut(account: Account, twilio: Twilio) -> None:
    twilio.send(a_notification("sms", PHONE, body="x" * 5000))
    assert len(account.sent[0]["Body"]) == LONGEST_TEXT


@pytest.mark.parametrize(("code", "opted_out"), [(21610, True), (21211, False)])
def test_who_said_stop_to_twilio_is_told_from_other_refusals(
    account: Account, twilio: Twilio, code: int, opted_out: bool
) -> None:
    account.status, account.code = 400, code
    with pytest.raises(TransportError, match=str(code)) as refused:
        twilio.send(a_notification("sms", PHONE))
    assert refused.value.permanent
    assert isinstance(refused.value, OptedOut) is opted_out


def test_a_token_that_was_changed_is_no_fault_of_the_message(account: Account, twilio: Twilio) -> None:
    account.status, account.code = 401, 20003
    with pytest.raises(TransportError, match="20003") as refused:
        twilio.send(a_notification("sms", PHONE))
    assert not refused.value.permanent, "the city is still writing the new one down"


def test_no_report_is_asked_for_where_twilio_could_not_reach_us(account: Account) -> None:
    Twilio("AC", "t", senders={"littleton": "+1"}, base_url="http://127.0.0.1:8311").send(a_text())
    assert "StatusCallback" not in account.sent[0]


def test_what_was_recorded_texted_and_photographed_is_deleted_there(account: Account, twilio: Twilio) -> None:
    for what in ("RE1", "SM1", "MM1/ME1"):
        twilio.send(a_notification("rest_delete", what))
    assert account.asked == [
        ("DELETE", "Recordings/RE1.json"),
        ("DELETE", "Messages/SM1.json"),
        ("DELETE", "Messages/MM1/Media/ME1.json"),
    ]
    account.status = 404
    twilio.send(a_notification("rest_delete", "RE1"))
    account.status = 500
    with pytest.raises(TransportError) as problem:
        twilio.send(a_notification("rest_delete", "RE1"))
    assert not problem.value.permanent
