"""The desk says everything in three languages: whatever a page can say is looked up, with its slots."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_dir

from dispatch import review, workflow
from dispatch.accounts import city_log_in, login, passwords
from dispatch.console import account, account_history, i18n, labels, menu, refusals

ROOT = Path(__file__).parents[2] / "dispatch"
SLOT = re.compile(r"%\(\w+\)s")
SPOKEN_FROM_TABLES = (
    labels.LABELS.values(),
    [entry.words for entry in menu.ENTRIES],
    refusals.SENTENCES.values(),
    login.SENTENCES.values(),
    login.NEWS.values(),
    account.THEMES.values(),
    account_history._KINDS.values(),
    account_history._FIELDS.values(),
    [city_log_in.NOT_WORKING, city_log_in.NOT_KNOWN],
    review.REASONS.values(),
    [why for moves in workflow.MOVES.values() for why in moves.values()],
    workflow.REFUSALS.values(),
    [passwords.TOO_SHORT, passwords.TOO_LONG, passwords.TOO_EASY],
)
"""Tables whose words go through `_` when they are shown. Those of a page alone are better `marked`, one by one."""


def said() -> Iterator[tuple[str, str]]:
    """Where, and what: every phrase that stands in a template or in the code, and in the tables."""
    found = extract_from_dir(
        ROOT,
        method_map=[("**/templates/**.html", "jinja2.ext.babel_extract"), ("**.py", "python")],
        options_map={"**/templates/**.html": {"trimmed": "true"}},
        keywords={"_": None, "gettext": None, "marked": None, "ngettext": (1, 2)},
    )
    for name, line, message, *_ in found:
        yield f"{name}:{line}", "|".join(message) if isinstance(message, tuple) else message
    for table in SPOKEN_FROM_TABLES:
        for words in table:
            yield "a table", words


def test_all_that_is_said_is_said_in_every_language() -> None:
    missing = [
        f"{where}: {words}"
        for where, words in said()
        for code in i18n.LANGUAGES
        if code != "en" and not i18n.catalogue().get(words, {}).get(code)
    ]
    assert missing == []


def test_nothing_is_kept_that_nobody_says() -> None:
    assert set(i18n.catalogue()) - {words for _, words in said()} - set(refused_sentences()) == set()


def refused_sentences() -> Iterator[str]:
    """What AccountRefused says."""
    source = (ROOT / "accounts" / "roll.py").read_text()
    yield from re.findall(r'AccountRefused\("([^"]+)"\)', source)


def test_what_is_refused_is_said_in_every_language() -> None:
    assert [words for words in refused_sentences() if words not in i18n.catalogue()] == []


def test_each_language_has_the_same_slots() -> None:
    for words, spoken in i18n.catalogue().items():
        for translated in spoken.values():
            forms = translated if isinstance(translated, list) else [translated]
            for form in forms:
                assert set(SLOT.findall(form)) == set(SLOT.findall(words)), words


def test_no_phrase_stands_in_two_files() -> None:
    seen: dict[str, str] = {}
    for file in sorted(i18n.WORDS.glob("*.toml")):
        for words in tomllib.loads(file.read_text(encoding="utf-8")):
            assert words not in seen, f"{words!r} stands in {seen[words]} and {file.name}"
            seen[words] = file.name
