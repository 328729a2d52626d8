"""When nobody is to be woken: the city's quiet hours, for messages that nobody is waiting for. Pure."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from dispatch.city.model import City

DISTURBS = frozenset(
    f"public.{name}" for name in "changed done merged merged_ended split progress corrected asked".split()
)
"""What comes by itself. A link asked for on the telephone follows what its reader is just doing."""
RECEIPTS = frozenset({"public.filed", "public.kept"})
"""What follows a report, and comes by itself as well where it comes late: tried again, or of a draft just accepted."""
AT_ONCE = dt.timedelta(minutes=10)
"""After a report: so long its reader may still have the telephone in hand."""


def held_until(city: City, channel: str, template: str, at: dt.datetime, since: dt.datetime) -> dt.datetime | None:
    """Until when a message must wait; None where it may go now. Only text messages wake people.

    `since` is when that happened of which it is the receipt.
    """
    rules = city.notifications
    wakes = template in DISTURBS or (template in RECEIPTS and at - since > AT_ONCE)
    if channel != "sms" or not wakes or rules.quiet_from == rules.quiet_until:
        return None
    local = at.astimezone(ZoneInfo(city.time_zone))
    begins, ends = dt.time.fromisoformat(rules.quiet_from), dt.time.fromisoformat(rules.quiet_until)
    now = local.time().replace(fold=0)
    over_midnight = begins > ends
    quiet = (now >= begins or now < ends) if over_midnight else begins <= now < ends
    if not quiet:
        return None
    day = local.date() + dt.timedelta(days=1 if over_midnight and now >= begins else 0)
    return dt.datetime.combine(day, ends, local.tzinfo).astimezone(dt.UTC)


def next_time(city: City, of_day: str, after: dt.datetime) -> dt.datetime:
    """The first moment after `after` at which the city's clocks show a time of day."""
    local = after.astimezone(ZoneInfo(city.time_zone))
    time = dt.time.fromisoformat(of_day)
    day = local.date() + dt.timedelta(days=local.time() >= time)
    return dt.datetime.combine(day, time, local.tzinfo).astimezone(dt.UTC)
