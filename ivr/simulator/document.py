"""TwiML read as strictly as Twilio reads it, with what Twilio would only warn of told as well.

What may stand in what, and with which attributes, is not written here: it is read out of twilio's own classes
(`twilio.twiml.voice_response`), whose methods are the permitted children and whose signatures the permitted attributes.
"""

from __future__ import annotations

import functools
import inspect
from typing import Any
from xml.etree import ElementTree as ET

import msgspec
from twilio.twiml import TwiML, lower_camel
from twilio.twiml.voice_response import VoiceResponse

from ivr.simulator import rules

LARGEST = 64 * 1024
"""Bytes of TwiML that Twilio accepts."""


class BrokenTwiml(Exception):
    """Nothing Twilio could execute. `code` is Twilio's own number for it."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class Verb(msgspec.Struct, frozen=True):
    """One element, with its children and the words in it (for <Say>, those of nested SSML too)."""

    name: str
    attributes: dict[str, str]
    text: str
    children: tuple[Verb, ...] = ()

    def get(self, attribute: str, default: str = "") -> str:
        """The attribute's value, or Twilio's default."""
        return self.attributes.get(attribute, default)


class Document(msgspec.Struct, frozen=True):
    """A TwiML document: its verbs in order, and every complaint Twilio's console would show."""

    verbs: tuple[Verb, ...]
    problems: tuple[str, ...]


class Grammar(msgspec.Struct, frozen=True):
    """What twilio's class for an element permits."""

    attributes: frozenset[str]
    children: dict[str, Grammar]
    holds_text: bool


def read(body: str) -> Document:
    """Parse a document. Raises `BrokenTwiml` where Twilio would give up and turn to the fallback URL."""
    if len(body.encode()) > LARGEST:
        raise BrokenTwiml(11750, f"TwiML of {len(body.encode())} bytes is over 64 kB")
    try:
        root = ET.fromstring(body.encode())  # noqa: S314 - our own application's reply, and expat expands no outside entity
    except ET.ParseError as error:
        raise BrokenTwiml(12100, f"not XML: {error}: {body[:200]!r}") from error
    if root.tag != "Response":
        raise BrokenTwiml(12100, f"the document is a <{root.tag}>, not a <Response>")
    problems: list[str] = []
    if (root.text or "").strip():
        problems.append(f"words outside any verb: {(root.text or '').strip()[:60]!r}")
    verbs = _children(root, response_grammar(), problems)
    problems.extend(rules.unreachable([(verb.name, verb.attributes) for verb in verbs]))
    return Document(verbs, tuple(problems))


def _children(element: ET.Element, grammar: Grammar, problems: list[str]) -> tuple[Verb, ...]:
    found = []
    for child in element:
        inner = grammar.children.get(child.tag)
        if inner is None:
            problems.append(f"<{child.tag}> may not stand in <{element.tag}>")
            continue
        if (child.tail or "").strip() and not grammar.holds_text:
            problems.append(f"words after <{child.tag}> in <{element.tag}>: {(child.tail or '').strip()[:60]!r}")
        found.append(_verb(child, inner, problems))
    return tuple(found)


def _verb(element: ET.Element, grammar: Grammar, problems: list[str]) -> Verb:
    attributes = {name.replace("{http://www.w3.org/XML/1998/namespace}", "xml:"): v for name, v in element.items()}
    problems.extend(
        f"<{element.tag}> knows no attribute {name!r}" for name in attributes if name not in grammar.attributes
    )
    text = " ".join("".join(element.itertext()).split()) if grammar.holds_text else ""
    if not grammar.holds_text and (element.text or "").strip():
        problems.append(f"<{element.tag}> holds no words: {(element.text or '').strip()[:60]!r}")
    verb = Verb(element.tag, attributes, text, _children(element, grammar, problems))
    problems.extend(rules.broken(verb.name, attributes, text, tuple(child.name for child in verb.children)))
    return verb


@functools.cache
def response_grammar() -> Grammar:
    """Everything twilio's `VoiceResponse` can build, as a tree of permissions."""
    return _grammar(VoiceResponse(), frozenset(), holds_text=False, depth=0)


def _grammar(node: TwiML, attributes: frozenset[str], *, holds_text: bool, depth: int) -> Grammar:
    children: dict[str, Grammar] = {}
    if depth < _DEEPEST:
        for name, method in inspect.getmembers(type(node), inspect.isfunction):
            if name.startswith("_") or hasattr(TwiML, name):
                continue
            child, allowed, words = _offspring(node, method)
            children[child.name] = _grammar(child, allowed, holds_text=words, depth=depth + 1)
    return Grammar(attributes, children, holds_text)


_DEEPEST = 4
"""Response, verb, noun, two levels of SSML: SSML nests in itself without end, a phone call does not."""


def _offspring(parent: TwiML, method: Any) -> tuple[TwiML, frozenset[str], bool]:
    """Have twilio build one child, and learn its name, its attributes, and whether it holds words."""
    parameters = [p for p in inspect.signature(method).parameters.values() if p.name != "self"]
    named = [p for p in parameters if p.kind is not inspect.Parameter.VAR_KEYWORD]
    child: TwiML = method(parent, **{p.name: "x" for p in named if p.default is inspect.Parameter.empty})
    body = set(inspect.signature(type(child).__init__).parameters) - {"self", "kwargs"}
    attributes = {lower_camel(TwiML.MAP.get(p.name, p.name)) for p in named if p.name not in body}
    return child, frozenset(attributes), bool(body)
