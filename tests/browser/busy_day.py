"""A day on which everything happens that pages can show, made as it happens: by calls, texts and the worker."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

from dispatch.notifications.channels import TransportError
from storage.tables import Notification
from storage.vocabulary import Role
from tests.browser.house import House
from tests.console.clerk import hired

ANA, MARIA = "ana@springfield.gov", "maria@springfield.gov"
"""An administrator, and a clerk of Streets."""
A_LONG_WORD = "a_very_long_word_that_never_ends_" * 4


class Dead:
    """A gateway that refuses everything."""

    def send(self, notification: Notification) -> None:
        """Refuse it for good."""
        raise TransportError(f"{notification.channel}: there is no such address", permanent=True)


def busy_day(house: House) -> dict[str, str]:
    """Let the day happen; the address of every page worth looking at, by name."""
    hired(house.database, ANA, name="Ana Díaz", role=Role.ADMINISTRATOR)
    hired(house.database, MARIA, name="María-Fernanda López de la Cruz", departments=("streets",))
    hole = house.reports("+12175550177", "there's a huge pothole at one hundred mission street")
    house.now += dt.timedelta(hours=2)
    house.reports("+12175550178", "a deep pothole at one hundred mission street")
    house.reports("+12175550179", "the street light is out at 12 maine avenue")
    house.reports("+12175550176", "there is a pothole by the old rock", agrees_to=("shall i send", "text you a link"))
    house.sends()
    link = next(told for told in house.post.to("+12175550176") if "/spot/" in told)
    house.now += dt.timedelta(days=8)
    house.post.send = Dead().send  # type: ignore[method-assign] # from now on nothing gets through
    house.reports("+12175550180", "there is graffiti at 100 king street")
    house.sends()
    house.texts("+12175550177", f"it grew, and {A_LONG_WORD}")
    house.texts("+12175550111", "hello?")
    house.dials("+12175550181").says("I smell gas in my building").hangs_up()
    house.dials("+12175550182").says("my neighbor is shouting that he is going to hurt himself")
    lost = house.dials("+12175550183").says("there is graffiti at 100 king street")
    lost.hangs_up()
    house.dials("+12175550184").presses("3").says("hay un bache enorme en la calle")
    number = re.search(r"request number is ([\d, ]+)\.", hole.transcript)
    assert number
    ticket = re.sub(r"\D", "", number[1])
    return pages(house, ticket, hole.sid, re.search(r"/spot/\S+", link)[0])  # type: ignore[index] # it is there


def pages(house: House, ticket: str, call_sid: str, link: str) -> dict[str, str]:
    """The addresses, for an administrator who is logged in."""
    desk: Mapping[str, str] = {
        "queue": "queue",
        "tickets": "tickets",
        "tickets-all": "tickets?state=all&q=pothole",
        "tickets-none": "tickets?q=zeppelin",
        "tickets-print": "tickets/print",
        "export": "tickets/export",
        "ticket-new": "tickets/new",
        "tickets-reporter": "tickets/reporter",
        "ticket": f"tickets/{ticket}",
        "ticket-print": f"tickets/{ticket}/print",
        "review": "review",
        "messages": "messages",
        "messages-incoming": "messages/incoming",
        "messages-words": "messages/words",
        "calls": "calls",
        "call": f"calls/{call_sid}",
        "emergencies": "emergencies",
        "reports": "reports",
        "map": "map",
        "city": "city",
        "operators": "operators",
        "operator": "operators/2",
        "operator-new": "operators/new",
        "account": "account",
        "password": "account/password",
        "second-factor": "account/second-factor",
        "recovery-codes": "account/recovery-codes",
        "nothing": "nothing/here",
    }
    return {
        **{name: f"{house.address}/console/{path}" for name, path in desk.items()},
        "phone": f"{house.address}/phone",
        "spot": house.address + link,
        "spot-gone": f"{house.address}/spot/gone",
        "report-gone": f"{house.address}/r/gone",
    }
