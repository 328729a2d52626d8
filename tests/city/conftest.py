"""A city of one department and two services, small enough to be spoilt in one place at a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

SMALLVILLE = """
slug = "smallville"
time_zone = "America/Chicago"
numbers = ["+12175550142"]
bounds = [39.0, -90.0, 40.0, -89.0]
names = { en = "Smallville", es = "Smallville" }

[languages.en]
name = { en = "English", es = "inglés" }
locale = "en-US"
voice = "Polly.Joanna-Neural"

[languages.es]
name = { en = "Spanish", es = "español" }
locale = "es-MX"
voice = "Polly.Mia-Neural"

[hours]
mon = ["09:00-12:00", "13:00-17:00"]
tue = ["09:00-17:00"]
wed = ["09:00-17:00"]
thu = ["09:00-17:00"]
fri = ["09:00-17:00"]

[holidays]
country = "US"
subdivision = "IL"
not_kept = ["Columbus Day"]
also = { 2026-08-14 = "Founders' Day" }

[departments.streets]
names = { en = "Streets", es = "Calles" }
phone = "+12175550121"

[departments.water]
names = { en = "Water", es = "Agua" }
hours = { always = true }

[categories.repairs]
names = { en = "Repairs", es = "Reparaciones" }

[areas.downtown]
names = { en = "Downtown", es = "Centro" }

[[menu]]
names = { en = "repairs", es = "reparaciones" }
entries = [{ service = "pothole" }, { service = "water-leak" }]

[[landmarks]]
name = "Town Hall"
area = "downtown"
lat = 39.5
lon = -89.5

[[routing]]
services = ["pothole"]
areas = ["downtown"]
department = "water"
because = "The cobbles there lie on the mains."

[[notices]]
code = "storm"
say = { en = "A storm is coming.", es = "Viene una tormenta." }
start = 2026-03-01T06:00:00
end = 2026-03-02T06:00:00
"""
SERVICES = """
[services.pothole]
category = "repairs"
names = { en = "Pothole", es = "Bache" }
department = "streets"
days = 3
[[services.pothole.questions]]
code = "size"
kind = "choice"
ask = { en = "How big is it?", es = "¿De qué tamaño es?" }
choices = [
  { code = "small", names = { en = "small", es = "pequeño" } },
  { code = "large", names = { en = "large", es = "grande" } },
]
[[services.pothole.urgency]]
priority = "high"
because = "A wheel fits in."
question = "size"
answer = "large"

[services.water-leak]
category = "repairs"
names = { en = "Water leak", es = "Fuga de agua" }
department = "water"
days = 1
"""
WriteCity = Callable[..., Path]


@pytest.fixture
def write_city(tmp_path: Path) -> WriteCity:
    """Write Smallville with some of its words replaced, and return its folder."""

    def write(*changes: tuple[str, str], also: str = "") -> Path:
        folder = tmp_path / "cities" / "smallville"
        (folder / "services").mkdir(parents=True, exist_ok=True)
        texts = {"city.toml": SMALLVILLE + also, "services/repairs.toml": SERVICES}
        for old, new in changes:
            assert any(old in text for text in texts.values()), old
            texts = {name: text.replace(old, new, 1) for name, text in texts.items()}
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
        return folder

    return write


@pytest.fixture
def write_heir(write_city: WriteCity) -> Callable[[str], Path]:
    """Write a city based on Smallville, and return its folder."""

    def write(text: str) -> Path:
        folder = write_city().parent / "heirtown"
        folder.mkdir()
        head = 'slug = "heirtown"\nbased_on = "smallville"\nnames = { en = "Heirtown", es = "Heirtown" }\n'
        (folder / "city.toml").write_text(head + text, encoding="utf-8")
        return folder

    return write
