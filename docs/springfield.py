"""Draws docs/springfield.svg, the map of the demo city, out of its streets.toml.

`make docs` runs it. With `--print` the picture goes to standard output: so a test sees whether it is stale.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from dispatch.cities.atlas import Atlas  # noqa: E402 - the project need not be installed to draw its city
from dispatch.cities.drawing import draw  # noqa: E402 - found only once the path is set
from dispatch.city.loader import SHIPPED, load_city  # noqa: E402 - found only once the path is set

if __name__ == "__main__":
    folder = SHIPPED / "springfield"
    picture = draw(Atlas.read(folder / "streets.toml"), load_city(folder))
    if "--print" in sys.argv:
        sys.stdout.write(picture)
    else:
        (ROOT / "docs" / "springfield.svg").write_text(picture, encoding="utf-8")
