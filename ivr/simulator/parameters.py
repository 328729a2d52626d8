"""What Twilio sends with its requests: the parameters of a real voice webhook."""

from __future__ import annotations

import email.utils
import secrets
from datetime import datetime, timedelta

import msgspec

API_VERSION = "2010-04-01"
DEMO_ACCOUNT = "AC" + "0" * 30 + "11"


def sid(prefix: str) -> str:
    """Make a fresh identifier as Twilio does: two letters and 32 hexadecimal digits."""
    return prefix + secrets.token_hex(16)


class Number(msgspec.Struct, frozen=True):
    """A Twilio number as it is set up: where its webhooks go, fragments included."""

    voice: str
    fallback: str = ""
    status: str = ""
    account: str = DEMO_ACCOUNT

    @classmethod
    def at(cls, base: str, overrides: str = "", account: str = DEMO_ACCOUNT) -> Number:
        """Set a number up as docs/twilio.md tells to, for an application at `base`."""
        base = base.rstrip("/")
        fragment = f"#{overrides}" if overrides else ""
        return cls(f"{base}/voice{fragment}", f"{base}/voice/fallback", f"{base}/voice/status", account)


class Parties(msgspec.Struct, frozen=True):
    """Who calls whom."""

    call: str
    account: str
    caller: str
    called: str
    started: datetime
    more: dict[str, str] = {}
    """Whatever else Twilio might send with every request, such as StirVerstat or ForwardedFrom."""

    def parameters(self, status: str) -> dict[str, str]:
        """What comes with every voice webhook."""
        everything = {
            "AccountSid": self.account,
            "ApiVersion": API_VERSION,
            "CallSid": self.call,
            "CallStatus": status,
            "CallToken": '{"parentCallInfoToken":"simulated"}',
            "Called": self.called,
            "CalledCity": "",
            "CalledCountry": "US",
            "CalledState": "",
            "CalledZip": "",
            "Caller": self.caller,
            "Direction": "inbound",
            "From": self.caller,
            "To": self.called,
            "ToCity": "",
            "ToCountry": "US",
            "ToState": "",
            "ToZip": "",
        }
        if self.caller.startswith("+1"):
            everything |= {"FromCity": "BOSTON", "FromCountry": "US", "FromState": "MA", "FromZip": "02108"}
            everything |= {"CallerCity": "BOSTON", "CallerCountry": "US", "CallerState": "MA", "CallerZip": "02108"}
            everything |= {"StirVerstat": "TN-Validation-Passed-A"}
        return everything | self.more

    def ended(self, status: str, seconds: float) -> dict[str, str]:
        """What the status callback tells when the call is over."""
        over = self.started + timedelta(seconds=seconds)
        return self.parameters(status) | {
            "CallDuration": str(round(seconds)),
            "CallbackSource": "call-progress-events",
            "Duration": str(max(1, -(-round(seconds) // 60))),
            "SequenceNumber": "0",
            "Timestamp": email.utils.format_datetime(over),
        }

    def recording(self, seconds: int, key: str) -> dict[str, str]:
        """What `<Record>` sends when it is done; `key` is what ended it, "hangup" where the caller did."""
        recording = sid("RE")
        address = f"https://api.twilio.com/{API_VERSION}/Accounts/{self.account}/Recordings/{recording}"
        said = {"RecordingDuration": str(seconds), "RecordingSid": recording, "RecordingUrl": address}
        return said | ({"Digits": key} if key else {})
