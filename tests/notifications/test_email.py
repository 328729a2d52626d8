"""E-mail reaches a real mail server, over TLS, with a name of its own; what the server refuses is told apart."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from dispatch.notifications.channels import TransportError
from dispatch.notifications.channels.email import Email, MailServer
from tests.notifications.conftest import a_notification
from tests.ports import free_port

SENDER = "311@littleton.example"


class MailRoom:
    """A mail server: what it says, and what it was given."""

    def __init__(self) -> None:
        self.says = "250 taken"
        self.knows_nobody = False
        self.bye = "221 bye"
        self.mail: list[bytes] = []
        self.logged_in: list[bytes] = []

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's names
        self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]
    ) -> str:
        if self.knows_nobody:
            return "550 5.1.1 nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 known"

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802
        self.mail.append(envelope.original_content or b"")
        return self.says

    async def handle_QUIT(self, _: SMTP, __: Session, ___: Envelope) -> str:  # noqa: N802
        return self.bye


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate of "localhost" that signs itself, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )
    return folder / "cert.pem", folder / "key.pem"


@pytest.fixture
def mail_room() -> MailRoom:
    return MailRoom()


@pytest.fixture
def mailing(mail_room: MailRoom, certificate: tuple[Path, Path]) -> Iterator[Callable[..., Email]]:
    """Ways to write to the mail room, over STARTTLS."""
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    theirs.load_cert_chain(*certificate)

    def log_in(_: SMTP, __: Session, ___: Envelope, ____: str, given: LoginPassword) -> AuthResult:
        mail_room.logged_in.append(given.login)
        return AuthResult(success=given.password == b"right", handled=False)

    port = free_port()
    controller = Controller(
        mail_room, hostname="localhost", port=port, tls_context=theirs, require_starttls=True, authenticator=log_in
    )
    controller.start()
    ours = ssl.create_default_context(cafile=str(certificate[0]))

    def through(tls: ssl.SSLContext = ours, **changes: str) -> Email:
        return Email(MailServer("localhost", port, "starttls", sender=SENDER, **changes), tls=tls)

    yield through
    controller.stop()


def test_mail_arrives_with_its_words_and_a_name_that_stays(mail_room: MailRoom, mailing: Callable[..., Email]) -> None:
    mail = a_notification("email", "streets@littleton.example", payload={"subject": "New: hole\r\nBcc: all@x"})
    for _ in range(2):
        mailing().send(mail)
    first, second = (message_from_bytes(each, policy=policy.default) for each in mail_room.mail)
    assert first["To"] == "streets@littleton.example"
    assert first["From"] == SENDER
    assert first["Subject"] == "New: hole Bcc: all@x"
    assert first["Bcc"] is None
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Message-ID"].endswith("@littleton.example>")
    assert first.get_content().splitlines() == ["A pothole at 12 Elm St.", "Deep."]


@pytest.mark.parametrize("host", ["311.springfield.example", f"{'311-reports.' * 8}springfield.example"])
def test_a_mail_program_can_offer_a_button_that_stops_them(
    mail_room: MailRoom, mailing: Callable[..., Email], host: str
) -> None:
    link = f"https://{host}/r/1234567.k3JrS0oOxmEWc0zsy8QmQhT2D_8"
    payload = {"subject": "s", "link": link}
    mailing().send(a_notification("email", "neighbour@example.org", template="public.done", payload=payload))
    (sent,) = mail_room.mail
    assert f"<{link}>".encode() in sent, "no mail program puts together what was folded or encoded"
    assert message_from_bytes(sent, policy=policy.default)["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_it_logs_in_where_it_must(mail_room: MailRoom, mailing: Callable[..., Email]) -> None:
    mailing(username="dial311", password="right").send(a_notification("email", "a@littleton.example"))
    assert mail_room.logged_in == [b"dial311"]
    with pytest.raises(TransportError, match="our log-in") as refused:
        mailing(username="dial311", password="wrong").send(a_notification("email", "a@littleton.example"))
    assert not refused.value.permanent, "ours to mend, and then it goes"


def test_a_server_nobody_vouches_for_gets_no_mail(mail_room: MailRoom, mailing: Callable[..., Email]) -> None:
    with pytest.raises(TransportError, match="CERTIFICATE_VERIFY_FAILED") as problem:
        mailing(tls=ssl.create_default_context()).send(a_notification("email", "a@littleton.example"))
    assert not problem.value.permanent
    assert mail_room.mail == []


@pytest.mark.parametrize(("says", "permanent"), [("550 no thanks", True), ("451 later", False), ("421 closing", False)])
def test_what_the_server_refuses_is_tried_again_or_not(
    mail_room: MailRoom, mailing: Callable[..., Email], says: str, permanent: bool
) -> None:
    mail_room.says = says
    with pytest.raises(TransportError, match=says[:3]) as refused:
        mailing().send(a_notification("email", "a@littleton.example"))
    assert refused.value.permanent is permanent


def test_mail_that_was_taken_is_not_sent_again_whatever_is_said_to_the_good_bye(
    mail_room: MailRoom, mailing: Callable[..., Email]
) -> None:
    mail_room.bye = "421 too busy"
    mailing().send(a_notification("email", "a@littleton.example"))
    assert len(mail_room.mail) == 1


def test_who_is_not_known_there_never_will_be(mail_room: MailRoom, mailing: Callable[..., Email]) -> None:
    mail_room.knows_nobody = True
    with pytest.raises(TransportError, match="nobody of that name") as refused:
        mailing().send(a_notification("email", "a@littleton.example"))
    assert refused.value.permanent


@pytest.mark.parametrize("address", ["nobody", "a@x, b@x", "a@x\r\nBcc: b@x", ""])
def test_what_is_no_address_is_given_up_before_anybody_is_called(address: str) -> None:
    with pytest.raises(TransportError, match="no e-mail address") as refused:
        Email(MailServer("localhost", 9, sender=SENDER)).send(a_notification("email", address))
    assert refused.value.permanent


def test_a_server_that_is_away_is_tried_again() -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        away = MailServer("127.0.0.1", unheard.getsockname()[1], "none", sender=SENDER)
        with pytest.raises(TransportError) as problem:
            Email(away).send(a_notification("email", "a@littleton.example"))
    assert not problem.value.permanent
