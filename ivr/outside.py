"""The ways out of this house, as its settings have them: Twilio, a mail server, departments' own systems.

What is not set up is shown instead at a desk. In production it fails where operators see it: nothing is lost in a log.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from dispatch.city.model import City
from dispatch.notifications.channels import Channel, Nowhere
from dispatch.notifications.channels.console import Console
from dispatch.notifications.channels.email import Email, MailServer
from dispatch.notifications.channels.linked import Linked
from dispatch.notifications.channels.twilio import Twilio
from dispatch.notifications.channels.webhook import Webhook
from ivr.report_link import report_url
from ivr.settings import Settings


def channels(settings: Settings, cities: Mapping[str, City]) -> dict[str, Channel]:
    """Every channel of the outbox, by its name there."""
    twilio, mail, webhook = _twilio(settings, cities), _mail(settings), _webhook(settings)
    url = partial(report_url, settings)
    return {
        "sms": Linked(twilio, url),
        "email": Linked(mail, url),
        "rest_call": twilio,
        "rest_delete": twilio,
        "webhook": webhook,
    }


def _twilio(settings: Settings, cities: Mapping[str, City]) -> Channel:
    if not settings.sends:
        return _unset(settings, "there is no Twilio account to send through: set TWILIO_ACCOUNT_SID")
    return Twilio(
        settings.twilio_account_sid,
        settings.tokens[0],
        senders=senders(settings, cities),
        base_url=settings.public_url,
        api=settings.twilio_api_url,
    )


def senders(settings: Settings, cities: Mapping[str, City]) -> dict[str, str]:
    """The number each city's text messages come from: its first; of TWILIO_FROM's city that one.

    Whoever replies must reach the city that wrote: TWILIO_FROM is the city's that names it, else the first one's, as
    for what is dialled.
    """
    numbers = {slug: next(iter(city.numbers), "") for slug, city in cities.items()}
    if settings.twilio_from:
        named = (slug for slug, city in cities.items() if settings.twilio_from in city.numbers)
        numbers[next(named, next(iter(cities)))] = settings.twilio_from
    return numbers


def _mail(settings: Settings) -> Channel:
    if not settings.smtp_host:
        return _unset(settings, "there is no mail server: set SMTP_HOST and SMTP_FROM")
    return Email(
        MailServer(
            settings.smtp_host,
            settings.smtp_port,
            settings.smtp_tls,
            settings.smtp_username,
            settings.smtp_password.get_secret_value(),
            settings.smtp_from,
        )
    )


def _webhook(settings: Settings) -> Channel:
    if not settings.webhook_secret:
        return _unset(settings, "nothing to sign webhooks with: set WEBHOOK_SECRET")
    secrets = [secret.get_secret_value() for secret in settings.webhook_secret]
    return Webhook(secrets, settings.webhook_networks)


def _unset(settings: Settings, reason: str) -> Channel:
    return Nowhere(reason) if settings.production else Console()
