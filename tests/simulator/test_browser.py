"""The phone in the browser by plain forms alone, as it is without JavaScript."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from ivr.simulator.browser import phone_pages
from ivr.simulator.exchange import Filed
from ivr.simulator.parameters import Number
from tests.simulator.toy import BASE, TOKEN, Toy, gather, response

TICKET = Filed("48219307", "Pothole", "12 Main St", "Public Works", "new")


class Browser:
    """Clicks through the pages; every page is served by an application made afresh, as by another worker."""

    def __init__(self, toy: Toy) -> None:
        self.toy = toy
        self.fields: dict[str, str] = {}
        self.text = ""

    def worker(self) -> Flask:
        app = Flask(__name__)
        app.add_url_rule("/<path:path>", view_func=self.toy.answer, methods=["GET", "POST"])
        app.register_blueprint(
            phone_pages(
                token=TOKEN,
                number=Number.at(BASE),
                secret="a secret",
                cities={"+16175550311": "Springfield"},
                tickets_of=lambda _: [TICKET],
            )
        )
        return app

    def opens(self) -> str:
        return self._read(self.worker().test_client().get("/phone"))

    def clicks(self, **fields: str) -> str:
        kept = {name: value for name, value in self.fields.items() if name in {"call", "keys"}}
        return self._read(self.worker().test_client().post("/phone", data=kept | fields))

    def _read(self, answer: TestResponse) -> str:
        self.status = answer.status_code
        page = answer.get_data(as_text=True)
        self.fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
        self.text = " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())
        return page


@pytest.fixture
def toy() -> Toy:
    return Toy(
        voice=response(gather("How can I help?")),
        heard=response(gather("Press your house number and pound.", action="/number")),
        number=response(gather("Is that right?", action="/dialled", numDigits="1")),
        dialled=response('<Dial action="/end">+16175550100</Dial>'),
        end=response("<Say>Your ticket is filed.</Say>", "<Hangup/>"),
    )


def test_a_whole_call_by_forms(toy: Toy) -> None:
    browser = Browser(toy)
    page = browser.opens()
    assert "Springfield 311" in page
    browser.clicks(act="dial", to="+16175550311", **{"from": "+16175550199"})
    assert "How can I help?" in browser.text
    browser.clicks(act="say", words="there's a pothole")
    assert "there's a pothole" in browser.text
    for key in "12":
        browser.clicks(key=key)
    assert browser.fields["keys"] == "12"
    assert toy.paths()[-1] == "/heard"
    browser.clicks(key="#")
    assert "Is that right?" in browser.text
    browser.clicks(key="1")
    assert "Ringing at +16175550100" in browser.text
    page = browser.clicks(act="busy")
    assert "Your ticket is filed." in browser.text
    assert "48219307" in browser.text
    digits = [form["Digits"] for _, path, form in toy.requests if path in {"/number", "/dialled"}]
    assert digits == ["12", "1"]
    assert toy.requests[0][2]["From"] == "+16175550199"


def test_keys_can_be_sent_without_a_finishing_key(toy: Toy) -> None:
    browser = Browser(toy)
    browser.clicks(act="dial")
    browser.clicks(key="7")
    browser.clicks(act="keys")
    assert toy.requests[-1][2]["Digits"] == "7"


def test_silence_and_hanging_up(toy: Toy) -> None:
    browser = Browser(toy)
    browser.clicks(act="dial")
    browser.clicks(act="wait")
    assert "You said nothing." in browser.text
    browser.clicks(act="hang-up")
    assert "The call is over" in browser.text
    assert toy.paths()[-1] == "/voice/status"


def test_a_caller_can_withhold_the_number(toy: Toy) -> None:
    Browser(toy).clicks(act="dial", **{"from": " "})
    assert toy.requests[0][2]["From"] == "anonymous"


def test_what_was_said_is_never_markup(toy: Toy) -> None:
    browser = Browser(toy)
    browser.clicks(act="dial")
    page = browser.clicks(act="say", words="<script>alert(1)</script>")
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_nothing_in_the_page_needs_a_lax_content_policy(toy: Toy) -> None:
    browser = Browser(toy)
    page = browser.opens() + browser.clicks(act="dial")
    assert not re.search(r"<style|<script(?! src=)| style=| on\w+=|javascript:", page)


@pytest.mark.parametrize("call", ["", "nonsense", "eyJ.x.y"])
def test_a_call_nobody_signed_is_over(toy: Toy, call: str) -> None:
    browser = Browser(toy)
    browser.clicks(act="say", words="hello", call=call)
    assert browser.status == 400
    assert "That call is over." in browser.text
    assert toy.requests == []
