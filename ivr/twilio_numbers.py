"""Tells Twilio where a number's calls and text messages go. Only ever called from the command line."""

from __future__ import annotations

from twilio.base.exceptions import TwilioException
from twilio.rest import Client

from ivr.settings import Settings
from ivr.twiml import OVERRIDES


class NumberProblem(Exception):
    """Twilio would not have it, for a reason that is said."""


def urls(public_url: str, fallback_url: str | None = None) -> dict[str, str]:
    """What is set on a number, by the names of Twilio's REST API."""
    return {
        "voice_url": f"{public_url}/voice{OVERRIDES}",
        "voice_method": "POST",
        "voice_fallback_url": fallback_url or f"{public_url}/voice/fallback",
        "voice_fallback_method": "POST",
        "status_callback": f"{public_url}/voice/status",
        "status_callback_method": "POST",
        "sms_url": f"{public_url}/sms",
        "sms_method": "POST",
    }


def configure_number(settings: Settings, number: str, fallback_url: str | None = None) -> str:
    """Set a number's URLs; returns the SID of what was changed. Raises `NumberProblem`."""
    if not settings.sends:
        raise NumberProblem("Set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN first, from the Twilio console.")
    client = Client(settings.twilio_account_sid, settings.tokens[0])
    try:
        owned = client.incoming_phone_numbers.list(phone_number=number, limit=1)
        if not owned:
            raise NumberProblem(f"{number} does not belong to {settings.twilio_account_sid}.")
        return str(owned[0].update(**urls(settings.public_url, fallback_url)).sid)
    except TwilioException as problem:
        raise NumberProblem(f"Twilio refused: {problem}") from problem
