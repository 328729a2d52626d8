"""Twilio's side of the wire: signed webhooks of one call, posted into an application."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from flask import Flask
from flask.testing import FlaskClient
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from ivr.line import Line

TOKEN = "12345"
BASE = "https://311.springfield.example"
CALLER = "+16175550142"
DIALLED = "+15550003110"
SID = "CA" + "0123456789abcdef" * 2


def line_of(app: Flask) -> Line:
    """What the application answers with."""
    line: Line = app.extensions["line"]
    return line


class Twilio:
    """Posts signed webhooks of one call."""

    def __init__(self, app: Flask, sid: str = SID, **usual: str) -> None:
        self.client: FlaskClient = app.test_client()
        self.usual = {
            "CallSid": sid,
            "AccountSid": "AC" + "0" * 32,
            "From": CALLER,
            "To": DIALLED,
            "CallStatus": "in-progress",
            "ApiVersion": "2010-04-01",
            "Direction": "inbound",
        } | usual

    def post(self, path: str, token: str = TOKEN, **form: str) -> TestResponse:
        """Post a webhook as Twilio does, whatever comes back."""
        params = self.usual | form
        signature = RequestValidator(token).compute_signature(BASE + path, params)
        return self.client.post(path, data=params, headers={"X-Twilio-Signature": signature})

    def turn(self, number: int, *, url: str = "?lang=en", **form: str) -> str:
        """Post a turn, and give back the TwiML: it must be some."""
        response = self.post(f"/voice/turn/{number}{url}" if number else "/voice", **form)
        assert response.status_code == 200, response.get_data(as_text=True)
        assert response.headers["Content-Type"] == "text/xml; charset=utf-8"
        ET.fromstring(response.get_data())
        return response.get_data(as_text=True)

    def says(self, number: int, words: str, **form: str) -> str:
        """Say something in a turn."""
        return self.turn(number, SpeechResult=words, **form)

    def presses(self, number: int, keys: str) -> str:
        """Press keys in a turn."""
        return self.turn(number, Digits=keys)


def until_filed(twilio: Twilio) -> tuple[int, str]:
    """Report a pothole: always yes, always the first choice. The number of the turn that filed it, and its reply."""
    twilio.turn(0)
    reply = twilio.says(1, "there is a big deep pothole in the street, right in front of 12 maine avenue")
    for number in range(2, 12):
        if "request number is" in reply:
            return number - 1, reply
        reply = twilio.presses(number, "1")
    raise AssertionError(reply)
