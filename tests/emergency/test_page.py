"""docs/emergencies.md is written by the benchmark, and must say what the detector does today."""

from __future__ import annotations

from bench.emergencies import PAGE, Share, page


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == page(), "run: python -m bench.emergencies --write"


def test_an_interval_holds_its_share_and_narrows_with_more() -> None:
    few, many = Share(9, 10).interval, Share(900, 1000).interval
    assert few[0] < many[0] < 0.9 < many[1] < few[1]
