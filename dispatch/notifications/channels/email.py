"""E-mail through the city's own mail server."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import closing, suppress
from dataclasses import dataclass
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from typing import Literal

from dispatch.notifications.channels import TransportError
from storage.tables import Notification

PATIENCE_S = 10.0
_LINES = policy.default.clone(max_line_length=500)
"""At the usual 78 a long link in a header, which has no space to fold at, is encoded and leads nowhere."""


@dataclass(frozen=True)
class MailServer:
    """Who takes our mail, and how it is spoken to."""

    host: str
    port: int = 587
    tls: Literal["starttls", "implicit", "none"] = "starttls"
    """none is for a server on this machine alone."""
    username: str = ""
    password: str = ""
    sender: str = ""
    """The address it comes from, such as "311@springfield.gov"."""


class Email:
    """Sends plain mail, a connection for each: the outbox has few of them, and a connection kept goes stale."""

    def __init__(self, server: MailServer, *, tls: ssl.SSLContext | None = None) -> None:
        """Take the server; `tls` defaults to the machine's own certificates, checked."""
        self._server = server
        self._tls = tls or ssl.create_default_context()

    def send(self, notification: Notification) -> None:
        """Send it. 5xx for this message is permanent; a refused log-in is not, for that is ours to mend."""
        message = written(notification, self._server.sender)
        try:
            with closing(self._connected()) as connection:
                connection.send_message(message, self._server.sender, [notification.recipient])
                # It has the mail: whatever it says to a good-bye, sent again it would be there twice.
                with suppress(smtplib.SMTPException, OSError):
                    connection.quit()
        except smtplib.SMTPRecipientsRefused as refused:
            code, words = next(iter(refused.recipients.values()))
            raise _refusal(code, words) from refused
        except smtplib.SMTPAuthenticationError as refused:
            raise TransportError(
                f"the mail server refused our log-in: {refused.smtp_code}", permanent=False
            ) from refused
        except smtplib.SMTPNotSupportedError as problem:
            raise TransportError(f"the mail server cannot do that: {problem}", permanent=False) from problem
        except smtplib.SMTPResponseException as refused:
            raise _refusal(refused.smtp_code, refused.smtp_error) from refused
        except (smtplib.SMTPException, OSError) as problem:
            raise TransportError(f"{type(problem).__name__}: {problem}", permanent=False) from problem

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        if server.tls == "implicit":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=PATIENCE_S, context=self._tls)
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=PATIENCE_S)
        try:
            if server.tls == "starttls":
                connection.starttls(context=self._tls)
            if server.username:
                connection.login(server.username, server.password)
        except BaseException:
            connection.close()
            raise
        return connection


def written(notification: Notification, sender: str) -> EmailMessage:
    """The mail, with everything in it fixed by the notification: sent twice, it is the same mail with the same id."""
    try:
        to, from_ = Address(addr_spec=notification.recipient), Address(addr_spec=sender)
    except (ValueError, IndexError) as problem:
        raise TransportError(f"no e-mail address: {problem}", permanent=True) from problem
    message = EmailMessage(_LINES)
    message["From"], message["To"] = from_, to
    # A line break in a subject would begin a header of somebody else's choosing.
    message["Subject"] = " ".join(str(notification.payload.get("subject", "")).split()) or "311"
    message["Date"] = format_datetime(notification.created_at)
    name = sha256(notification.idempotency_key.encode()).hexdigest()[:32]
    message["Message-ID"] = f"<{name}@{from_.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = notification.language
    if link := notification.payload.get("link"):
        # RFC 8058: mail programs show a button, and post to the page without opening it.
        message["List-Unsubscribe"] = f"<{link}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(notification.body)
    return message


def _refusal(code: int, words: bytes | str) -> TransportError:
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return TransportError(f"the mail server said {code} {said}", permanent=500 <= code < 600)
