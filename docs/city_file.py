"""Writes docs/city-file.md out of `dispatch/city/model.py`: every table and key a city's file may hold.

`make docs` runs it. With `--print` the page goes to standard output: so a test sees whether the one in docs/ is stale.
"""

from __future__ import annotations

import datetime as dt
import sys
import types
import typing
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from dispatch.city import messages, model, values  # noqa: E402 - the project need not be installed to write about it
from dispatch.city.pack_tables import OF_THE_PLACE  # noqa: E402 - found only once the path is set

PAGE = ROOT / "docs" / "city-file.md"
HEAD = f"""# The city file

Written out of `dispatch/city/model.py` by `make docs`. Springfield's files in
[dispatch/cities/springfield](../dispatch/cities/springfield) use nearly all of it.

What differs between cities is data, and all of it stands in one folder, the city's pack: `dispatch/cities/<slug>` for
those that are shipped, `var/cities/<slug>` for your own (the setting `CITIES_PATH`). A pack of the same name in
`CITIES_PATH` replaces a shipped one.

| File | What it holds |
|---|---|
| `city.toml` | the tables below |
| `services/*.toml` | `[services.…]` tables, in as many files as you like |
| `phrases/<language>/*.toml` | `[services.….phrases]` tables: how callers put it, one language a folder |
| whatever `include` names | further tables of the same city, so that long ones do not bury the rest |
| `gazetteer.sqlite` | streets, addresses and corners, made by `dial311 city import` |
| `streets.toml` | only for invented cities: hints from which the gazetteer is drawn |

```
dial311 city check
```

says everything that is wrong with a city at once: in which file and table, what is allowed, and what you may have
meant. No city with a mistake is served.

* Tables that carry a `code` are named by it: `[services.pothole]` needs no `code = "pothole"`.
* Words are a table by language, `{{ en = "Pothole", es = "Bache", fr = "Nid-de-poule" }}`. English is always there;
  whatever is said aloud must be there in every language of `[languages]`.
* Unknown keys are mistakes, and so is one thing said in two files of a pack.
* What the line says can be worded anew, prompt by prompt: `[prompts.how_can_i_help.en]` with `say`, `again`, `help`, in
  every language of the city. Names, {{slots}} and keys must be those of [the house's own](../ivr/prompts/en.toml).

## A city based on another

With `based_on = "springfield"` everything the file does not say holds as it stands in Springfield's. Tables are joined
by key and your own values win: `[services.pothole]` with `days = 5` alone changes the days and keeps the names, the
phrases and the questions. Lists (`menu`, `routing`, a service's `phrases.en`) are replaced whole; only signs of danger
(`emergency.extra_signs`) join those of the other city, for nobody may take any away.

* What is of the place is never taken over: {", ".join(f"`{name}`" for name in sorted(OF_THE_PLACE))}; nor are routing
  rules that name the other city's areas.
* `[drop]` lists what you do not want: `services = ["snow-ice"]`. A service that is dropped leaves the inherited menu
  and routing too.
* A service you add must be put in the menu: repeat `menu` with it.
* Departments are inherited without their telephone numbers, e-mail and web addresses, the emergency table without the
  PSAP's line: nobody's callers may be put through to another city. Give them your own.
"""


PLAIN = {
    model.Words: "words",
    model.PhoneNumber: "telephone number",
    model.TimeZone: "time zone",
    model.Range: "range of hours",
    values.TimeOfDay: "time of day",
    values.WebAddress: "web address",
    messages.Filled: "text with slots",
    model.Language: "language",
    str: "text",
    int: "whole number",
    float: "number",
    bool: "yes/no",
    dt.date: "date",
    dt.datetime: "time",
}


def kind(annotation: Any) -> str:
    """An annotation in a clerk's words: a text, a list of services, a table of words."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if annotation in PLAIN:
        words = PLAIN[annotation]
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        words = f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    elif origin is typing.Annotated:
        words = kind(arguments[0])
    elif origin in (typing.Union, types.UnionType):
        words = " or ".join(kind(each) for each in arguments if each is not type(None))
    elif origin is typing.Literal:
        words = ", ".join(f"`{value}`" for value in arguments)
    elif origin is dict:
        by_language = arguments[0] == model.Language
        words = f"{kind(arguments[1])}, by language" if by_language else f"table of {kind(arguments[1])}s"
        words = words.replace("by languages", "by language")
    elif Ellipsis in arguments:
        words = f"list of {kind(arguments[0])}s".replace("range of hourss", "ranges of hours")
    else:
        words = f"{len(arguments)} {kind(arguments[0])}s"
    return words


def default(field: FieldInfo) -> str:
    """What holds where a key is left out."""
    if field.is_required():
        return "" if (field.description or "").startswith("default:") else "**needed**"
    value = field.default
    if value is None or value in ((), {}, "") or isinstance(value, BaseModel):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def tables() -> list[type[model.Value]]:
    """Every kind of table, the city first and then in the order in which it names them."""
    found: list[type[model.Value]] = [model.City]
    for each in found:
        for field in each.model_fields.values():
            found += [inner for inner in _models_in(field.annotation) if inner not in found]
    return found


def _models_in(annotation: Any) -> list[type[model.Value]]:
    if isinstance(annotation, type) and issubclass(annotation, model.Value):
        return [annotation]
    return [inner for part in typing.get_args(annotation) for inner in _models_in(part)]


def page() -> str:
    """Write the whole page."""
    parts = [HEAD]
    for each in tables():
        parts += [f"## {each.__name__}", "", " ".join((each.__doc__ or "").split()), ""]
        parts += ["| Key | Kind | If left out | |", "|---|---|---|---|"]
        parts += [
            f"| `{name}` | {kind(field.rebuild_annotation())} | {default(field)} | {field.description} |"
            for name, field in each.model_fields.items()
        ]
        parts.append("")
    return "\n".join(parts)


if __name__ == "__main__":
    if "--print" in sys.argv:
        sys.stdout.write(page())
    else:
        PAGE.write_text(page(), encoding="utf-8")
