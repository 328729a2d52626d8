"""axe-core on a page in a browser: in light, in dark and narrow.

WCAG 2.2 AA is the measure: the rules axe-core has for it, and reflow (1.4.10), for which it has none: at 320 pixels,
a wide screen enlarged four times, nothing is scrolled sideways but tables, pictures and maps in their own frames.
"""

from __future__ import annotations

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
"""All that differs in the dark."""
OPEN_ALL = "document.querySelectorAll('main details').forEach(one => { one.removeAttribute('name'); one.open = true; })"


def faults(page: Page, name: str) -> list[str]:
    """What axe-core finds on a page in light, in dark and narrow, and whether it must be scrolled sideways."""
    found: list[str] = []
    page.evaluate(OPEN_ALL)
    page.evaluate(AXE)
    for look, options in (("light", RULES), ("dark", COLOURS), ("narrow", RULES)):
        page.emulate_media(color_scheme="dark" if look == "dark" else "light")
        if look == "narrow":
            page.set_viewport_size(NARROW)
        for rule in page.evaluate("options => axe.run(options)", options)["violations"]:
            found += [
                f"{name}, {look}: {rule['id']} at {node['target']}: {node['html'][:160]}" for node in rule["nodes"]
            ]
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > NARROW["width"]:
        found.append(f"{name}: {width} pixels wide on a screen of {NARROW['width']}")
    page.set_viewport_size(WIDE)
    return found
