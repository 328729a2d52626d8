"""Does what the dialogue asks of the world, within the turn's own transaction, and brings back what came of it.

Nothing here decides: a ticket is changed by `dispatch/tickets.py` alone, and what must leave the house is a row of the
outbox. So a turn that fails leaves nothing behind, and one delivered twice does nothing twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Final, assert_never
from zoneinfo import ZoneInfo

import msgspec
from sqlmodel import Session

from dispatch import estimates, tickets
from dispatch.city.model import City
from dispatch.duplicates import OFFER, Spot, suggestions
from dispatch.new_ticket import By, NewTicket
from dispatch.tickets import NoSuchTicket
from dispatch.workflow import MoveRefused, can_reopen
from ivr.dialogue.call import Call, State
from ivr.dialogue.heard import Recorded, Result
from ivr.dialogue.moves import (
    AddToTicket,
    AlikeTicket,
    Effect,
    FiledTicket,
    FileTicket,
    FindAlike,
    FindTicket,
    KeepMessage,
    KnownTicket,
    Look,
    TextMapLink,
)
from ivr.map_link import text_map_link
from storage import tickets as ledger
from storage.tables import Ticket
from storage.vocabulary import Channel, Status

_SETTLED: Final = frozenset(
    {
        State.WELCOME,
        State.RESUME,
        State.UPDATES,
        State.STATUS_NUMBER,
        State.STATUS_TOLD,
        State.COMMENT,
        State.ANYTHING_ELSE,
        State.GOODBYE,
        State.EMERGENCY,
    }
)
"""States in which no report is under way that only lacks being sent."""
_WITH_A_PERSON: Final = frozenset({State.PERSON, State.MESSAGE})
_INTERRUPTED: Final = frozenset({State.CHOOSE_LANGUAGE, State.POSSIBLE_EMERGENCY})


def look(session: Session, city: City, effect: Look, now: dt.datetime) -> Result:
    """Look something up; `session` need only read."""
    match effect:
        case FindTicket(number=number):
            found = ledger.by_number(session, city.slug, number)
            return _result(effect, _known(city, found, now) if found and found.status is not Status.DRAFT else None)
        case FindAlike(call=call):
            return _result(effect, _alike(session, city, call, now))


def perform(
    session: Session,
    city: City,
    effect: Effect,
    map_url: Callable[[Call], str],
    now: dt.datetime,
    *,
    after_end: bool = False,
) -> Result:
    """Do one thing, and say what came of it. `session` is the turn's transaction.

    `map_url` makes the link to text. `after_end`: the call had ended already, so that it may have left a draft.
    """
    match effect:
        case FileTicket(call=call, draft=draft, review=review):
            filed = tickets.file(session, city, _report(call, draft=draft, review=review), now)
            if not draft:
                _join_drafts(session, city, [call.sid if after_end else "", call.resumed_from], filed, now)
            return _result(effect, _filed(city, filed, now))
        case KeepMessage(call=call, recording_url=url, recording_sid=sid, seconds=seconds):
            report = message_report(call, Recorded(url, sid, seconds))
            kept = tickets.keep_message(session, city, report, now)
            return _result(effect, _filed(city, kept, now))
        case AddToTicket():
            return _add(session, city, effect, now)
        case TextMapLink(call=call):
            return Result("TextMapLink", ok=text_map_link(session, city, call, map_url(call), now))
        case FindTicket() | FindAlike():
            return look(session, city, effect, now)
        case _:  # pragma: no cover - mypy proves there is nothing else
            assert_never(effect)


def _alike(session: Session, city: City, call: Call, now: dt.datetime) -> AlikeTicket | None:
    """The open ticket that is most probably about what the caller reports."""
    if call.place is None:
        return None
    spot = Spot(
        service=call.service,
        lat=call.place.lat,
        lon=call.place.lon,
        address=call.place.address,
        words=" ".join((call.description, *call.said)),
    )
    for one in suggestions(session, city, spot, now, limit=1, least=OFFER):
        return AlikeTicket(one.number, one.service, one.address, one.because.minutes)
    return None


def under_way(call: Call) -> bool:
    """Whether a report is under way of which both what and where are known: worth keeping, and worth going on with."""
    state = call.resume_to if call.state in _INTERRUPTED else call.state
    if not (call.service and call.place) or state in _SETTLED:
        return False
    return state not in _WITH_A_PERSON or not call.tickets


def worth_taking_up(call: Call) -> bool:
    """Whether a call that broke off can be gone on with by the next one from the same number."""
    return under_way(call) or (call.state == State.RESUME and bool(call.service and call.place))


def file_draft(session: Session, city: City, call: Call, now: dt.datetime) -> Ticket:
    """Keep what a caller had said before hanging up, for a person to look at. Done twice, it is one draft."""
    draft = tickets.file(session, city, _report(call, draft=True), now)
    _join_drafts(session, city, [call.resumed_from], draft, now)
    return draft


def message_report(call: Call, recording: Recorded) -> NewTicket:
    """A recorded message as a report. Its origin is the recording: whoever tells of it first, it is kept once."""
    return msgspec.structs.replace(
        _report(call),
        origin=f"{call.sid}:{recording.sid}",
        recording_url=recording.url,
        recording_sid=recording.sid,
        recording_seconds=recording.seconds,
    )


def _report(call: Call, *, draft: bool = False, review: tuple[str, ...] = ()) -> NewTicket:
    """What the call has collected, as a report. Its origin names it for good: the call, and which of its reports."""
    place = call.place
    which = "draft" if draft else str(len(call.tickets) + 1)
    return NewTicket(
        channel=Channel.PHONE,
        origin=f"{call.sid}:{which}",
        service=call.service,
        language=call.language,
        place_kind=place.kind if place else "none",
        address=place.address if place else "",
        area=place.area if place else "",
        lat=place.lat if place else None,
        lon=place.lon if place else None,
        place_note=place.note if place else "",
        location_verified=place.verified if place else True,
        description=call.description or " / ".join(call.said),
        answers=call.answers,
        reporter_name=call.name or None,
        reporter_phone=call.contact or call.caller or None,
        updates=bool(call.updates),
        draft=draft,
        review=tuple(dict.fromkeys((*call.review, *review, *(("abusive",) if call.abusive else ())))),
        call_sid=call.sid,
    )


def _join_drafts(session: Session, city: City, sids: Iterable[str], filed: Ticket, now: dt.datetime) -> None:
    """What these calls left as drafts is now part of the ticket just filed."""
    for sid in filter(None, sids):
        draft = ledger.by_origin(session, city.slug, f"{sid}:draft")
        if draft is not None and draft.status is Status.DRAFT and draft.number != filed.number:
            by = By("caller", Channel.PHONE, now)
            tickets.change_status(
                session, city, draft.number, Status.DUPLICATE, by, why="the caller went on with it", parent=filed.number
            )


def _add(session: Session, city: City, effect: AddToTicket, now: dt.datetime) -> Result:
    call = effect.call
    by = By("caller", Channel.PHONE, now, call.caller or "")
    try:
        match effect.kind:
            case "comment":
                ticket = tickets.comment(session, city, effect.number, effect.text, by)
            case "not_fixed":
                ticket = tickets.not_fixed(session, city, effect.number, effect.text, by)
            case "follow":
                phone = call.contact or call.caller or None
                ticket = tickets.follow(session, city, effect.number, by, phone=phone, language=call.language)
                if effect.text:
                    tickets.comment(session, city, effect.number, effect.text, by)
            case _:  # pragma: no cover - mypy proves there is nothing else
                assert_never(effect.kind)
    except (NoSuchTicket, MoveRefused):
        return _result(effect, None)
    return _result(effect, _known(city, ticket, now))


def _result(effect: Effect, value: FiledTicket | KnownTicket | AlikeTicket | None) -> Result:
    return Result(type(effect).__name__, value is not None, value)


def _filed(city: City, ticket: Ticket, now: dt.datetime) -> FiledTicket:
    return FiledTicket(ticket.number, ticket.department, _day(city, estimates.day_of(city, ticket, now)))


def _known(city: City, ticket: Ticket, now: dt.datetime) -> KnownTicket:
    """What anybody who knows the number may hear: the place, but neither who reported it nor what they said."""
    return KnownTicket(
        number=ticket.number,
        service=ticket.service,
        status=ticket.status.value,
        address=ticket.address,
        due=_day(city, estimates.day_of(city, ticket, now)),
        sentence=ticket.public_note,
        can_reopen=can_reopen(ticket.status, ticket.closed_at, city.tickets.reopen_days, now),
    )


def _day(city: City, moment: dt.datetime | None) -> str:
    return moment.astimezone(ZoneInfo(city.time_zone)).date().isoformat() if moment else ""
