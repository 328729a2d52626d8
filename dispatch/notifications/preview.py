"""What every message looks like, filled in with a made-up ticket: what is in force here, and where it comes from."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple, get_args

import msgspec

from dispatch.city.messages import Template, Wording
from dispatch.city.model import City, Language
from dispatch.notifications import wording
from storage.vocabulary import Channel, Priority, Status

TEMPLATES: tuple[Template, ...] = get_args(Template)


class Sample(msgspec.Struct, frozen=True):
    """As much of a ticket as messages tell of."""

    service: str
    department: str
    due_at: dt.datetime
    scheduled_for: dt.datetime
    number: str = "12345678"
    address: str = "12 Main St"
    status: Status = Status.SCHEDULED
    channel: Channel = Channel.PHONE
    priority: Priority = Priority.NORMAL
    waiting_on: str | None = None
    routed_because: str = "…"


class Preview(NamedTuple):
    """One message in one language."""

    language: Language
    words: wording.Message
    own: bool
    """Whether the city's file has words of its own for it."""


def previews(city: City, at: dt.datetime) -> dict[str, list[Preview]]:
    """Every message in every language of the city, by the name under which the city's file may word it anew."""
    soon = at + dt.timedelta(days=3)
    service, department = next(iter(city.services), ""), next(iter(city.departments), "")
    sample = Sample(service, department, due_at=soon, scheduled_for=soon)
    return {
        template: [_preview(city, sample, template, language) for language in city.languages] for template in TEMPLATES
    }


def _preview(city: City, sample: Sample, template: Template, language: Language) -> Preview:
    own = city.notifications.words.get(template, Wording())
    due, parent = sample.scheduled_for, "87654321"
    words = wording.message(city, sample, template, language, sentence="…", text="…", parent=parent, due=due)
    return Preview(language, words, own=language in {**own.subject, **own.body, **own.sms})
