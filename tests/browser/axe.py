"""axe-core on a page in a browser: in light, in dark and narrow.

WCAG 2.2 AA is the measure: the rules axe-core has for it, and reflow (1.4.10), for which it has none: at 320 pixels,
a wide screen enlarged four times, nothing is scrolled sideways but tables, pictures and maps in their own frames.
"""

from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT as AXE
from playwright.sync_api import Page, ViewportSize

WIDE: ViewportSize = {"width": 1280, "height": 900}
NARROW: ViewportSize = {"width": 320, "height": 740}
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "rules": {"target-size": {"enabled": True}},  # WCAG 2.2's own; axe-core leaves it off by itself
    "resultTypes": ["violations"],
}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""All that differs in the dark, and what takes axe-core longest."""
SHAPES = RULES | {"rules": {"target-size": {"enabled": True}, "color-contrast": {"enabled": False}}}
"""What differs on a narrow screen: colours are the same on any, but for what is shown on a narrow one alone."""
OPEN_ALL = "document.querySelectorAll('main details').forEach(one => { one.removeAttribute('name'); one.open = true; })"
NOTE_SHOWN = "for (const one of document.querySelectorAll('body *')) if (one.checkVisibility()) one.dataset.shown = ''"
FIND = """([options, onlyNew]) => {
  const fresh = [...document.querySelectorAll('body :not([data-shown])')].filter(one => one.checkVisibility());
  return onlyNew && !fresh.length ? [] : axe.run(onlyNew ? fresh : document, options).then(found => found.violations);
}"""


def faults(page: Page, name: str) -> list[str]:
    """What axe-core finds on a page in light, in dark and narrow, and whether it must be scrolled sideways."""
    page.evaluate(OPEN_ALL)
    page.evaluate(AXE)
    found = _found(page, f"{name}, light", RULES)
    page.emulate_media(color_scheme="dark")
    found += _found(page, f"{name}, dark", COLOURS)
    page.emulate_media(color_scheme="light")
    page.evaluate(NOTE_SHOWN)
    page.set_viewport_size(NARROW)
    found += _found(page, f"{name}, narrow", SHAPES)
    found += _found(page, f"{name}, narrow", COLOURS, only_new=True)
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > NARROW["width"]:
        found.append(f"{name}: {width} pixels wide on a screen of {NARROW['width']}")
    page.set_viewport_size(WIDE)
    return found


def _found(page: Page, look: str, options: dict[str, Any], *, only_new: bool = False) -> list[str]:
    rules = page.evaluate(FIND, [options, only_new])
    return [
        f"{look}: {rule['id']} at {node['target']}: {node['html'][:160]}" for rule in rules for node in rule["nodes"]
    ]
