"""When a city writes to people, and in which words: the table `[notifications]` of its file."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from dispatch.city.formats import slots
from dispatch.city.values import Language, TimeOfDay, Value

Template = Literal[
    "public.kept",
    "public.filed",
    "public.changed",
    "public.done",
    "public.merged",
    "public.merged_ended",
    "public.split",
    "public.progress",
    "public.corrected",
    "public.asked",
    "department.filed",
    "department.rerouted",
    "department.left",
    "department.ended",
    "department.reopened",
    "department.comment",
    "department.overdue",
]
"""What is written to people, as `dispatch/notifications/words/en.toml` has it."""
SLOTS = frozenset(
    "city number service place status department channel priority due because sentence text parent emergency".split()
)
"""What can be filled into it."""
Filled = Annotated[str, AfterValidator(lambda text: slots(text, SLOTS))]
"""A text with {slots}."""


class Wording(Value):
    """Words of the city's own for one message. A language or part that is left out is said as everywhere."""

    subject: dict[Language, Filled] = Field({}, description="for e-mail")
    body: dict[Language, Filled] = Field({}, description="with slots: {number}, {service}, {place}, {status} …")
    sms: dict[Language, Filled] = Field({}, description="what a text message says besides, such as how to stop them")


class Notifications(Value):
    """When the city writes to people, and in which words."""

    quiet_from: TimeOfDay = Field("21:00", description="from then on no text message is sent that nobody waits for")
    quiet_until: TimeOfDay = Field(
        "08:00", description="when those held back are sent; the same as `quiet_from`: never"
    )
    digest_at: TimeOfDay = Field("07:00", description='when departments that are `told = "daily"` get their e-mail')
    words: dict[Template, Wording] = Field({}, description='`[notifications.words."public.filed"]`')
