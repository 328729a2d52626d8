"""Whole calls, word for word, as a city clerk can read them: `tests/transcripts/*.txt`.

`pytest tests/calls --update` writes them anew; what changed then stands in the diff, to be read aloud.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.simulator.phone import Phone
from ivr.simulator.transcripts import difference, replay, update

TRANSCRIPTS = sorted((Path(__file__).parents[1] / "transcripts").glob("*.txt"))


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_the_call_goes_as_written(path: Path, phone: Phone, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update", default=False):
        update(path, phone)
        return
    text = path.read_text(encoding="utf-8")
    assert difference(text, replay(text, phone)) == ""
