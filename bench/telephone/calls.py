"""Whole calls to record and to send again: the telephone places them in this process, and what it sent is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from bench.telephone.caller import Caller, Errand, spelled_out
from bench.telephone.ledgers import ledger
from dispatch.city.gazetteer import Address
from dispatch.city.model import City
from dispatch.city.packs import open_pack, roots_with
from ivr import observability
from ivr import settings as house
from ivr.app import create_app
from ivr.simulator.parameters import Number
from ivr.simulator.phone import Phone
from ivr.simulator.transport import PATIENCE, Answer, InProcess, Transport

TOKEN = "a-token-for-benchmarks-only"
BASE = "http://127.0.0.1:8399"


@dataclass(frozen=True)
class Sent:
    """One request as it was sent: path and query, and the form."""

    target: str
    params: Mapping[str, str]


class Tapped:
    """A transport that keeps what goes through it: the turns, not the callbacks."""

    def __init__(self, transport: Transport) -> None:
        self.sent: list[Sent] = []
        self._transport = transport

    def carry(self, method: str, url: str, body: str, headers: Mapping[str, str], patience: float = PATIENCE) -> Answer:
        """Carry, and keep."""
        parts = urlsplit(url)
        if parts.path == "/voice" or parts.path.startswith("/voice/turn/"):
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            self.sent.append(Sent(target, dict(parse_qsl(body, keep_blank_values=True))))
        return self._transport.carry(method, url, body, headers, patience)


def settings_for(database_url: str, scratch: Path, **more: object) -> house.Settings:
    """Settings for a house on that database, with its imported cities under `scratch`."""
    return house.load(
        database_url=database_url,
        cities_path=scratch / "cities",
        twilio_auth_token=TOKEN,
        secret_key="x" * 40,
        public_url=BASE,
        log_level="ERROR",
        **more,
    )


def springfield_calls(scratch: Path, how_many: int = 240) -> list[Sequence[Sent]]:
    """Calls to the demo city as people place them: what and where at once, or one after the other.

    Each is about a thing and a place of its own: those who were asked to join somebody else's report are left out, as
    they would not be asked the same when their call is sent again; and so are those who ended with a person.
    """
    observability.set_up_logs("ERROR")
    with ledger("sqlite", scratch / "recording") as url:
        app = create_app(settings_for(url, scratch))
        calls: list[Sequence[Sent]] = []
        for place, errand in enumerate(springfield_errands(scratch, how_many)):
            tapped = Tapped(InProcess(lambda: app))
            call = Phone(tapped, TOKEN, Number.at(BASE)).dials(from_=f"+1617555{place:04}")
            Caller(errand).converse(call)
            if "Shall I add you" in call.transcript or "request number" not in call.transcript:
                continue
            calls.append(tuple(tapped.sent))
    return calls


def springfield_errands(scratch: Path, how_many: int) -> list[Errand]:
    """So many callers with an address each; every other one says what and where in one breath."""
    pack = open_pack("springfield", roots_with(scratch / "cities"))
    return [
        errand_to(pack.city, *PROBLEMS[place % len(PROBLEMS)], address, at_once=place % 2 == 0)
        for place, address in enumerate(pack.gazetteer.sample(how_many))
    ]


def errand_to(city: City, what: str, service: str, address: Address, *, at_once: bool) -> Errand:
    """What somebody calls about who knows the address."""
    return Errand(
        what,
        frozenset({service}),
        f"at {address.number} {spelled_out(address.street)}",
        address.street,
        number=str(address.number),
        area=city.areas[address.area].names["en"] if address.area in city.areas else address.area,
        service_names=frozenset({city.services[service].names["en"]}),
        at_once=at_once,
    )


PROBLEMS = (
    ("there is a huge pothole", "pothole"),
    ("the street light in front of my house is out", "streetlight-out"),
    ("somebody painted graffiti on the wall", "graffiti"),
    ("my trash was not picked up this morning", "missed-trash"),
    ("there is an abandoned car", "abandoned-vehicle"),
    ("the neighbors are playing loud music", "noise"),
)
