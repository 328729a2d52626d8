"""A department's system is told, signed, once it is sure where that leads."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
from typing import Any

import pytest
from sqlmodel import select
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from dispatch import tickets
from dispatch.notifications.channels import TransportError
from dispatch.notifications.channels.webhook import Webhook, is_public, secret_of
from storage.database import Database
from storage.tables import Notification
from tests.dispatch.littleton import CLERK, LITTLETON, MONDAY, a_report
from tests.notifications.conftest import Department, a_notification

HERE = (ipaddress.ip_network("127.0.0.0/8"),)
NEW, OLD = "n" * 40, "o" * 40
TOLD: dict[str, Any] = {"type": "ticket.filed", "data": {"department": "streets", "text": "a hole, ñ"}}


def test_what_is_sent_can_be_verified_by_the_department_alone(department: Department) -> None:
    Webhook([NEW, OLD], HERE).send(a_notification("webhook", department.url, payload=TOLD))
    [(path, headers, body)] = department.heard
    assert path == "/311?crew=night"
    assert headers["webhook-id"] == "event-1-1-department"
    for secret in (NEW, OLD):  # while it is rotated
        assert Verifier(secret_of(secret, "littleton", "streets")).verify(body, headers) == TOLD
    for stranger in (secret_of(NEW, "littleton", "parks"), secret_of(NEW, "elsewhere", "streets")):
        with pytest.raises(WebhookVerificationError):
            Verifier(stranger).verify(body, headers)


def test_a_department_that_loses_a_ticket_can_verify_that_it_does(department: Department, database: Database) -> None:
    streets = LITTLETON.departments["streets"].model_copy(update={"webhook": department.url})
    city = LITTLETON.model_copy(update={"departments": {**LITTLETON.departments, "streets": streets}})
    with database.transaction() as session:
        number = tickets.file(session, city, a_report(), MONDAY).number
        tickets.change_service(session, city, number, "tree", CLERK)
    with database.reading() as session:
        rows = session.exec(select(Notification).where(Notification.template == "department.left")).all()
    (left,) = (row for row in rows if row.channel == "webhook")
    Webhook([NEW], HERE).send(left)
    [(_, headers, body)] = department.heard
    told = Verifier(secret_of(NEW, "littleton", "streets")).verify(body, headers)
    assert (told["type"], told["department"], told["data"]["department"]) == ("ticket.left", "streets", "parks")


def test_sent_again_it_carries_the_same_identity_and_words(department: Department) -> None:
    for attempt in (1, 2):
        Webhook([NEW], HERE).send(a_notification("webhook", department.url, payload=TOLD, attempts=attempt))
    (_, first, one), (_, second, two) = department.heard
    assert (first["webhook-id"], one) == (second["webhook-id"], two)


@pytest.mark.parametrize(
    ("status", "permanent"),
    [
        (400, True),
        (404, True),
        (410, True),
        (301, True),
        (307, True),
        (408, False),
        (429, False),
        (500, False),
        (503, False),
    ],
)
def test_what_is_refused_is_tried_again_or_not_and_no_redirect_is_followed(
    department: Department, status: int, permanent: bool
) -> None:
    department.status = status
    department.headers = {"Location": department.url}
    with pytest.raises(TransportError, match=str(status)) as refused:
        Webhook([NEW], HERE).send(a_notification("webhook", department.url, payload=TOLD))
    assert refused.value.permanent is permanent
    assert len(department.heard) == 1


@pytest.mark.parametrize(
    ("asked", "waits"),
    [
        ("7", dt.timedelta(seconds=7)),
        ("Mon, 02 Mar 2026 15:00:30 GMT", dt.timedelta(seconds=30)),
        ("999999", dt.timedelta(hours=1)),
        ("soon", None),
        ("", None),
    ],
)
def test_it_waits_as_long_as_it_is_asked_to(department: Department, asked: str, waits: dt.timedelta | None) -> None:
    department.status, department.headers = 503, {"Retry-After": asked} if asked else {}
    now = dt.datetime(2026, 3, 2, 15, tzinfo=dt.UTC)
    with pytest.raises(TransportError) as refused:
        Webhook([NEW], HERE, lambda: now).send(a_notification("webhook", department.url, payload=TOLD))
    assert refused.value.pause == waits


def test_nothing_inside_is_reached_unless_it_is_named(department: Department) -> None:
    with pytest.raises(TransportError, match="WEBHOOK_NETWORKS") as refused:
        Webhook([NEW]).send(a_notification("webhook", department.url, payload=TOLD))
    assert refused.value.permanent
    assert not department.heard


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "192.168.0.9", "169.254.169.254", "0.1.2.3", "100.64.0.1", "224.0.0.1", "240.0.0.1",
        "::1", "fe80::1", "fd00::1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a00:1",
        "2002:a00:1::", "ff02::1",
    ],
)  # fmt: skip
def test_no_address_of_a_house_counts_as_public_however_it_is_wrapped(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not is_public(ipaddress.ip_address(address))
    answer = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (place, 443)) for place in ("93.184.215.14", address)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answer)
    with pytest.raises(TransportError, match="is no public address"):
        Webhook([NEW]).send(a_notification("webhook", "https://works.example.gov/311", payload=TOLD))


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:4700::1111"])
def test_the_world_s_addresses_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


def test_nobody_is_told_without_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answer)
    with pytest.raises(TransportError, match="without TLS"):
        Webhook([NEW]).send(a_notification("webhook", "http://works.example.gov/311", payload=TOLD))


def test_a_name_is_looked_up_once_and_the_connection_goes_where_it_led(
    department: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that answers with one address when it is checked and another when it is called leads nowhere."""
    real, looked_up = socket.getaddrinfo, []

    def look_up(host: str, port: int, *more: Any, **named: Any) -> Any:
        if host == "works.example.gov":
            looked_up.append(host)
            return real("127.0.0.1", port, *more, **named)
        return real(host, port, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    port = department.server.server_port
    Webhook([NEW], HERE).send(a_notification("webhook", f"http://works.example.gov:{port}/", payload=TOLD))
    assert looked_up == ["works.example.gov"]
    assert department.heard[0][1]["host"] == f"works.example.gov:{port}"


def test_nobody_at_home_is_tried_again(department: Department) -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unheard.getsockname()[1]}/"
        with pytest.raises(TransportError) as problem:
            Webhook([NEW], HERE).send(a_notification("webhook", url, payload=TOLD))
    assert not problem.value.permanent
