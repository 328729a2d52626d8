"""What the people who run the line can see: one JSON line a turn, and the figures a city manager asks for.

No log line holds what a caller said, and any telephone number or e-mail address in one is masked, wherever it is from.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import sys
from collections.abc import Iterable, MutableMapping
from typing import Any, Final

import msgspec
import structlog
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from ivr.dialogue.call import Call, State
from ivr.dialogue.heard import Heard, Result
from ivr.dialogue.moves import FiledTicket

_NUMBER: Final = re.compile(
    r"""
    \+ (?: \d{7,15} | \d{1,3} (?: [\s().-]{1,3} \d{1,4} ){2,5} | \d{3,6} ) (?!\w)  # +12125550001, +33 1 23 45 67 89
    | (?<![\w.+-]) \d{10,15} (?!\w)
    | (?<!\w) (?: 1[\s.-]{1,2} )? (?: \(\d{3}\)[\s.-]{0,2} | \d{3}[\s.-]{1,2} ) \d{3} [\s.-]{0,2} \d{4} (?!\w)
    | (?<!\w) 0\d (?: [\s.-]\d{2} ){4} (?!\w)  # as French ones are written
    """,
    re.VERBOSE,
)
"""Telephone numbers by their shapes: dates, addresses of machines and ticket numbers must stay legible."""
_ADDRESS: Final = re.compile(r"(?<![\w.+-])[\w.+-]+(?=@[\w-]+(?:\.[\w-]+)+)")
_OTHERS: Final = re.compile(r"\D")
_PARAMETERS: Final = re.compile(r"\[parameters: .*\]", re.DOTALL)
_PERSONAL: Final = frozenset({"caller", "phone", "recipient", "From", "To", "dialled"})
_encode = msgspec.json.Encoder(enc_hook=str).encode

CALLS = Counter("dial311_calls", "Calls answered", ["city"])
CALLS_ENDED = Counter("dial311_calls_ended", "How calls ended: filed, abandoned, transferred …", ["city", "outcome"])
TURNS = Counter("dial311_turns", "Turns, by the state that heard the caller", ["state", "heard"])
STUMBLES = Counter("dial311_stumbles", "Nothing heard (no_input) or not understood (no_match)", ["state", "kind"])
EMERGENCIES = Counter("dial311_emergencies", "When the emergency guard acted", ["verdict", "category", "where"])
PERSONS = Counter("dial311_persons_asked_for", "Callers who went to a person, by where they came from", ["state"])
TRANSFERS = Counter("dial311_transfers", "How putting callers through ended", ["outcome"])
FILED = Counter("dial311_tickets_filed", "Tickets filed on the phone", ["city", "kind"])
REPLAYS = Counter("dial311_turns_replayed", "Turns delivered again and answered from the ledger")
APOLOGIES = Counter("dial311_apologies", "Turns that could not be taken", ["why"])
REFUSED = Counter("dial311_refused", "Webhooks that were not Twilio's", ["why"])
NOTIFICATIONS = Counter("dial311_notifications", "What the outbox worker did", ["channel", "outcome"])
TURN_SECONDS = Histogram(
    "dial311_turn_seconds",
    "Our own time for a turn",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.3, 1.0, 2.0, 5.0),
)
SECONDS_TO_FILE = Histogram(
    "dial311_seconds_to_file", "From ringing to a ticket number", buckets=(20, 40, 60, 90, 120, 180, 300, 600)
)


def mask(text: str) -> str:
    """Text with telephone numbers covered up to their last two digits, e-mail addresses up to the @.

    "+15551234567" and "(555) 123-4567" are "…67", "ana@example.gov" is "…@example.gov".
    """
    return _NUMBER.sub(lambda found: f"…{_OTHERS.sub('', found[0])[-2:]}", _ADDRESS.sub("…", text))


class Lines:
    """Writes log lines to standard error; where nobody reads them, or the disk is full, calls go on all the same."""

    def __init__(self, *_: object) -> None: ...

    def msg(self, line: bytes | str) -> None:
        """Write one line at once, so that those of several threads do not mingle."""
        written = line.encode() if isinstance(line, str) else line  # a renderer other than ours makes text
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.buffer.write(written + b"\n")
            sys.stderr.buffer.flush()

    debug = info = warning = error = critical = exception = log = msg


class _Forwarded(logging.Handler):
    """Writes what libraries log among our own lines."""

    def emit(self, record: logging.LogRecord) -> None:
        Lines().msg(self.format(record))


def set_up_logs(level: str = "INFO") -> None:
    """Write JSON lines to standard error, our own and those of the libraries. Call once a process."""
    threshold = logging.getLevelNamesMapping()[level]
    shared: list[structlog.typing.Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _masked,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(serializer=_json)],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=Lines,
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared[:3],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _masked,
            structlog.processors.JSONRenderer(serializer=lambda line, **_: _encode(line).decode()),
        ],
    )
    handler = _Forwarded()
    handler.setFormatter(formatter)
    logging.basicConfig(level=max(threshold, logging.INFO), handlers=[handler], force=True)
    # They would write a line a request, with the URL.
    for chatty in ("alembic", "twilio", "urllib3", "werkzeug"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def exposition() -> tuple[bytes, str]:
    """The figures in Prometheus' text format, summed over all processes, and their content type."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(), CONTENT_TYPE_LATEST
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call] # the library has no types there
    return generate_latest(registry), CONTENT_TYPE_LATEST


def count_turn(before: Call, after: Call, heard: str) -> None:
    """Count one turn: by the state that heard it, whether it was understood, and whether it led to a person."""
    TURNS.labels(before.state, heard).inc()
    if heard == "Arrived":
        CALLS.labels(after.city).inc()
    if after.stumbles > before.stumbles:
        STUMBLES.labels(before.state, "no_input" if heard == "NoInput" else "no_match").inc()
    if after.state == State.PERSON and before.state != State.PERSON:
        PERSONS.labels(before.state).inc()
    if heard == "DialResult":
        TRANSFERS.labels(after.state).inc()


def count_filed(city: str, heard: Iterable[Heard], seconds: float) -> None:
    """Count the tickets that came of a turn's effects; `seconds` since the call began."""
    for one in heard:
        if isinstance(one, Result) and isinstance(one.value, FiledTicket):
            FILED.labels(city, "message" if one.effect == "KeepMessage" else "ticket").inc()
            SECONDS_TO_FILE.observe(seconds)


def _json(line: MutableMapping[str, Any], **_: Any) -> bytes:
    return _encode(line)


def _masked(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in line.items():
        if key in _PERSONAL:
            line[key] = f"…{str(value)[-2:]}" if value else ""
        elif isinstance(value, str) and key not in {"timestamp", "level", "call"}:
            line[key] = mask(_PARAMETERS.sub("[parameters hidden]", value) if "[parameters" in value else value)
    return line
