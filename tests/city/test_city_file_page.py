"""The reference of the city file is written out of the model, and says what the model says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from dispatch.city.model import City

ROOT = Path(__file__).parents[2]


def test_the_page_is_written_out_of_the_model() -> None:
    page = [sys.executable, str(ROOT / "docs" / "city_file.py"), "--print"]
    written = subprocess.run(page, check=True, capture_output=True, text=True)
    assert (ROOT / "docs" / "city-file.md").read_text(encoding="utf-8") == written.stdout, "`make docs` writes it anew"


def test_every_key_says_what_it_is_for() -> None:
    page = (ROOT / "docs" / "city-file.md").read_text(encoding="utf-8")
    assert all(f"| `{key}` |" in page for key in City.model_fields)
    assert "| None |" not in page
