"""Is this really Twilio?"""

from __future__ import annotations

import pytest
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from ivr.signature import Signatures, raw_target, read_form

GOLDEN = b"CallSid=CA1234567890ABCDE&Caller=%2B14158675310&Digits=1234&From=%2B14158675310&To=%2B18005551212"
GOLDEN_SIGNATURE = "L/OH5YylLD5NRKLltdqwSvS0BnU="


def request(signature: str, path: str = "/myapp.php", query: str = "foo=1&bar=2", **more: str) -> dict[str, object]:
    return {"PATH_INFO": path, "QUERY_STRING": query, "HTTP_X_TWILIO_SIGNATURE": signature, **more}


def signed(token: str, url: str, form: dict[str, str]) -> str:
    signature: str = RequestValidator(token).compute_signature(url, form)
    return signature


def test_twilios_own_example_holds() -> None:
    signatures = Signatures(["12345"], "https://example.com")
    assert signatures.hold(request(GOLDEN_SIGNATURE), read_form(GOLDEN))


@pytest.mark.parametrize(
    "spoilt",
    [
        request(GOLDEN_SIGNATURE, query="foo=1&bar=3"),
        request(GOLDEN_SIGNATURE, path="/other.php"),
        request(""),
        request("é" * 28),
        request(GOLDEN_SIGNATURE.lower()),
        {"PATH_INFO": "/myapp.php", "QUERY_STRING": "foo=1&bar=2"},
    ],
)
def test_anything_else_does_not(spoilt: dict[str, object]) -> None:
    assert not Signatures(["12345"], "https://example.com").hold(spoilt, read_form(GOLDEN))


def test_a_changed_form_does_not_hold() -> None:
    for changed in (GOLDEN.replace(b"1234&", b"911&"), GOLDEN + b"&Extra=1", b""):
        assert not Signatures(["12345"], "https://example.com").hold(request(GOLDEN_SIGNATURE), read_form(changed))


def test_without_a_token_nothing_holds() -> None:
    form = read_form(GOLDEN)
    for tokens in ([], [""]):
        url = "https://example.com/myapp.php?foo=1&bar=2"
        forged = signed("", url, {name: values[0] for name, values in form.items()})
        assert not Signatures(tokens, "https://example.com").hold(request(forged), form)


def test_several_tokens_hold_while_one_is_rotated() -> None:
    signatures = Signatures(["new", "12345"], "https://example.com")
    assert signatures.hold(request(GOLDEN_SIGNATURE), read_form(GOLDEN))
    url = "https://example.com/myapp.php?foo=1&bar=2"
    assert signatures.hold(request(signed("new", url, {"A": "1"})), read_form(b"A=1"))


def test_repeated_names_count_as_twilios_validator_counts_them() -> None:
    form = MultiDict([("B", "2"), ("A", "x"), ("B", "1"), ("B", "2")])
    signature = RequestValidator("t").compute_signature("https://h.example/voice", form)
    assert RequestValidator("t").validate("https://h.example/voice", form, signature)
    assert Signatures(["t"], "https://h.example").hold(request(signature, "/voice", ""), read_form(b"B=2&A=x&B=1&B=2"))


@pytest.mark.parametrize(
    ("configured", "as_signed"),
    [
        ("https://h.example", "https://h.example"),
        ("https://h.example:8443", "https://h.example"),
        ("https://h.example:8443", "https://h.example:8443"),
        ("https://h.example", "https://h.example:443"),
        ("http://127.0.0.1:8311", "http://127.0.0.1:8311"),
        ("https://h.example/", "https://h.example"),
    ],
)
def test_ports_as_twilio_writes_them_or_not(configured: str, as_signed: str) -> None:
    signature = signed("t", f"{as_signed}/voice", {"A": "1"})
    assert Signatures(["t"], configured).hold(request(signature, "/voice", ""), read_form(b"A=1"))


def test_forwarded_headers_are_nobodys_business() -> None:
    signature = signed("t", "https://evil.example/voice", {"A": "1"})
    forged = request(signature, "/voice", "", HTTP_X_FORWARDED_HOST="evil.example", HTTP_HOST="evil.example")
    assert not Signatures(["t"], "https://h.example").hold(forged, read_form(b"A=1"))


@pytest.mark.parametrize(
    ("environ", "target"),
    [
        ({"RAW_URI": "/voice/turn/1?lang=es", "PATH_INFO": "/x"}, "/voice/turn/1?lang=es"),  # gunicorn
        ({"REQUEST_URI": "/a%2Fb?q=%41", "PATH_INFO": "/a/b", "QUERY_STRING": "q=%41"}, "/a%2Fb?q=%41"),  # waitress
        ({"REQUEST_URI": "http://h.example/voice?x=1"}, "/voice?x=1"),  # through a forward proxy
        ({"REQUEST_URI": "/voice#ct=2000"}, "/voice"),
        ({"REQUEST_URI": "/voice", "QUERY_STRING": "lang=en"}, "/voice?lang=en"),
        ({"PATH_INFO": "/voice", "QUERY_STRING": ""}, "/voice"),  # none of them
        ({"PATH_INFO": "/a b\xc3\xa9", "QUERY_STRING": "q=%C3%A9", "SCRIPT_NAME": "/in"}, "/in/a%20b%C3%A9?q=%C3%A9"),
    ],
)
def test_the_url_is_the_one_in_the_request_line(environ: dict[str, object], target: str) -> None:
    assert raw_target(environ) == target


def test_a_shared_key_signs_with_sha256() -> None:
    signature = RequestValidator("t").compute_signature("https://h.example/voice", {"A": "1"}, "HMAC_SHA256")
    settings = {"HTTP_X_TWILIO_WEBHOOKS_SIGNATURE_SETTINGS": "key=k,algorithm=HMAC_SHA256"}
    assert Signatures(["t"], "https://h.example").hold(request(signature, "/voice", "", **settings), read_form(b"A=1"))
    unknown = {"HTTP_X_TWILIO_WEBHOOKS_SIGNATURE_SETTINGS": "algorithm=NONE"}
    assert not Signatures(["t"], "https://h.example").hold(request("", "/voice", "", **unknown), read_form(b"A=1"))


def test_a_form_is_read_as_flask_reads_it() -> None:
    form = read_form(b"a=1&b=&a=2&c=%C3%A9&d=%FF&e=x+y&=z")
    assert form == {"a": ["1", "2"], "b": [""], "c": ["é"], "d": ["�"], "e": ["x y"], "": ["z"]}
    assert form.one("a") == "1"
    assert form.one("none") == ""
