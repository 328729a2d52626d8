"""`dial311 text` and `dial311 webhook`: trying text messages, and what a department checks our webhooks with."""

from __future__ import annotations

import click


@click.command(short_help="Text the line from this terminal.")
@click.argument("words", nargs=-1)
@click.option("--from", "from_", default="+16175550142", show_default=True, help="The number to text from.")
@click.option("--to", default="", help="The number to text to; it chooses the city. [default: the first city's]")
@click.option("--photo", multiple=True, help="Address of a photo that goes along; may be repeated.")
@click.option("--url", default="", help="Where the line runs. [default: http://127.0.0.1:PORT]")
def text(words: tuple[str, ...], from_: str, to: str, photo: tuple[str, ...], url: str) -> None:
    """Text the line, and print what it answers: `dial311 text status`.

    The message is signed like Twilio's, with the first TWILIO_AUTH_TOKEN.
    """
    from urllib.parse import urlencode
    from xml.etree import ElementTree as ET

    from twilio.request_validator import RequestValidator

    from ivr import settings as house
    from ivr.commands.phone import first_number, signed_as
    from ivr.simulator.parameters import DEMO_ACCOUNT, sid
    from ivr.simulator.transport import NoReply, OverHttp, Refused

    settings = house.load()
    server = url or f"http://127.0.0.1:{settings.port}"
    form = {
        "MessageSid": sid("SM"),
        "AccountSid": DEMO_ACCOUNT,
        "From": from_,
        "To": to or first_number(settings),
        "Body": " ".join(words),
        "NumMedia": str(len(photo)),
        **{f"MediaUrl{number}": address for number, address in enumerate(photo)},
    }
    address = f"{signed_as(settings, server)}/sms"
    signature = RequestValidator(settings.tokens[0]).compute_signature(address, form)
    headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
    try:
        answer = OverHttp(server).carry("POST", address, urlencode(form), headers)
    except (Refused, NoReply) as problem:
        raise click.ClickException(f"Nobody answers at {server}: {problem}") from None
    if answer.status != 200:
        raise click.ClickException(f"{answer.status}: {answer.body.strip()}")
    replies = [message.text or "" for message in ET.fromstring(answer.body).iter("Message")]  # noqa: S314 - our own house's
    click.echo("\n".join(replies) or "(no answer)")


@click.command(short_help="Show what a department checks our webhooks with.")
@click.argument("department")
@click.option("--city", default="", help="The city. [default: the first one served]")
def webhook(department: str, city: str) -> None:
    """Show the secret with which a department's own system checks what it is sent, as Standard Webhooks has it.

    It is made of WEBHOOK_SECRET. While that is rotated the first line is the new one, and both are good.
    """
    from dispatch.city.loader import CityError, load_city
    from dispatch.city.packs import folder_of, roots_with
    from dispatch.notifications.channels.webhook import secret_of
    from ivr import settings as house

    settings = house.load()
    slug, roots = city or settings.cities[0], roots_with(settings.cities_path)
    try:
        departments = load_city(folder_of(slug, roots), roots).departments
    except CityError as problem:
        raise click.ClickException(str(problem)) from None
    if department not in departments:
        raise click.ClickException(f"{slug} has no department {department!r}; there are: {', '.join(departments)}.")
    if not settings.webhook_secret:
        raise click.ClickException("WEBHOOK_SECRET is empty: nothing is signed without it.")
    for secret in settings.webhook_secret:
        click.echo(secret_of(secret.get_secret_value(), slug, department))
