"""A tiny line for trying the telephone on: a Flask application that checks signatures as Twilio's guide says."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, Response, abort, redirect, request
from twilio.request_validator import RequestValidator
from werkzeug import Response as BaseResponse

from ivr.simulator.parameters import Number
from ivr.simulator.phone import Phone
from ivr.simulator.transport import InProcess

TOKEN = "12345"
BASE = "https://toy.example"


class Toy:
    """Pages by path; every request that came is kept. A page is TwiML, a status code, or a function of the form."""

    def __init__(self, **pages: str | int | Callable[[dict[str, str]], str | int]) -> None:
        self.pages = {"/" + name.replace("__", "/"): page for name, page in pages.items()}
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self.app = Flask(__name__)
        self.app.add_url_rule("/<path:path>", view_func=self.answer, methods=["GET", "POST"])

    def answer(self, path: str) -> Response | BaseResponse:
        """Answer one webhook."""
        signature = request.headers.get("X-Twilio-Signature", "")
        query = f"?{request.query_string.decode()}" if request.query_string else ""
        if not RequestValidator(TOKEN).validate(f"{BASE}/{path}{query}", request.form, signature):
            abort(403)
        form = request.values.to_dict()
        self.requests.append((request.method, request.full_path.rstrip("?"), form))
        page = self.pages.get(f"/{path}", 204)
        said = page(form) if callable(page) else page
        if isinstance(said, int):
            return Response("", said)
        if said.startswith("->"):
            return redirect(said.removeprefix("->"))
        return Response(said, mimetype="text/xml")

    def paths(self) -> list[str]:
        """Where the telephone went, in order."""
        return [path for _, path, _ in self.requests]

    def phone(self, *, strict: bool = True, fallback: bool = True, overrides: str = "") -> Phone:
        """A telephone connected to this line."""
        number = Number.at(BASE, overrides)
        if not fallback:
            number = Number(number.voice, "", number.status)
        return Phone(InProcess(lambda: self.app), TOKEN, number, strict=strict)


def response(*verbs: str) -> str:
    """A TwiML document of these verbs."""
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{"".join(verbs)}</Response>'


def gather(words: str = "Yes?", **attributes: str) -> str:
    """A Gather as our line makes them, with `attributes` changed."""
    usual = {
        "input": "dtmf speech",
        "action": "/heard",
        "actionOnEmptyResult": "true",
        "profanityFilter": "false",
    }
    written = "".join(f' {name}="{value}"' for name, value in (usual | attributes).items())
    return f"<Gather{written}><Say>{words}</Say></Gather>"
