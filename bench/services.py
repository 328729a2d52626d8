"""How well the service is named, beside other ways of naming it, in one run.

    python -m bench.services [--quick] [--sample 300] [--plot docs/service-confidence.svg] [--errors 10]

Right first / in the first three, with 95 % confidence intervals (Wilson); what an utterance costs, the memory added and
the time to start. Real reports come from `../shared/data` and are left out where that is missing. `--quick` leaves out
the sentence embeddings, which take minutes.
"""

from __future__ import annotations

import math
import time
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import click
from rich.console import Console
from rich.table import Table

from bench.naming import embeddings, reliability
from bench.naming.rivals import Combined, Lookup, Ranking, Rival, letters, words
from bench.naming.utterances import DATA, Utterance, UtteranceSet, all_sets
from dispatch.city.loader import SHIPPED, load_city
from dispatch.city.model import City
from ivr.understanding.services import GO_ON, OFFER, ServiceFinder
from ivr.understanding.services_words import reader

_GOALS = {
    "typed reports": (0.68, 0.88),
    "… New York, Hoboken": (0.58, 0.0),
    "own spoken en": (0.92, 0.98),
    "own spoken es": (0.0, 0.90),
    "own spoken fr": (0.0, 0.90),
}


class House:
    """The line's own way."""

    def __init__(self, city: City) -> None:
        reader.cache_clear()
        self.finder = ServiceFinder(city)

    def rank(self, text: str, language: str) -> Ranking:
        """Best first."""
        return [guess.code for guess in self.finder.rank(text, language)]


class Cost(NamedTuple):
    """What a way of naming costs."""

    start_s: float
    megabytes: float
    microseconds: float


def interval(hits: int, of: int) -> tuple[float, float]:
    """The 95 % confidence interval of a share, after Wilson."""
    z = 1.96
    share = hits / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    reach = z / (1 + z * z / of) * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return middle - reach, middle + reach


def built(make: Callable[[], Rival], sample: Sequence[Utterance]) -> tuple[Rival, Cost]:
    """Build it, in CPU seconds; weigh it; then time it, warm, on the sample."""
    start = time.process_time()
    rival = make()
    start_s = time.process_time() - start
    megabytes = rival.megabytes if isinstance(rival, embeddings.Embedded) else weighed(make)
    for utterance in sample:
        rival.rank(utterance.text, utterance.language)
    start = time.process_time()
    for utterance in sample:
        rival.rank(utterance.text, utterance.language)
    return rival, Cost(start_s, megabytes, (time.process_time() - start) / len(sample) * 1e6)


def weighed(make: Callable[[], Rival]) -> float:
    """Megabytes that another one takes, caches and all."""
    tracemalloc.start()
    another = make()
    megabytes = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    del another
    return megabytes


def hits(rival: Rival, utterances: Sequence[Utterance]) -> tuple[int, int]:
    """How many are right first, and in the first three."""
    first = third = 0
    for text, accepted, language in utterances:
        ranked = rival.rank(text, language)[:3]
        first += ranked[:1] != [] and ranked[0] in accepted
        third += any(code in accepted for code in ranked)
    return first, third


def ways(city: City, *, quick: bool) -> dict[str, Callable[[], Rival]]:
    """Every way of naming a service there is to compare, by name."""
    there: dict[str, Callable[[], Rival]] = {
        "dial311": lambda: House(city),
        "TF-IDF over the names": lambda: Lookup(city, words, saturate=None, phrases=False),
        "BM25 over the phrases": lambda: Lookup(city, words, saturate=1.2),
        "letter groups, phrases": lambda: Lookup(city, letters, saturate=None),
        "both, weight learnt": lambda: Combined(city),
    }
    if embeddings.installed() and not quick:
        encoder = embeddings.Encoder()
        there["MiniLM over the names"] = lambda: embeddings.Embedded(city, encoder, phrases=False)
        there["MiniLM over the phrases"] = lambda: embeddings.Embedded(city, encoder, phrases=True)
    return there


def compare(console: Console, city: City, sets: Sequence[UtteranceSet], *, quick: bool, most: int) -> None:
    """Print the table of all ways on all sets: ours on everything, the rivals on at most so many of a set."""
    table = Table("", *(f"{one.name}\n{len(one.utterances)}" for one in sets), "µs", "MB", "start s")
    sample = [utterance for one in sets for utterance in one.utterances[:60]]
    for name, make in ways(city, quick=quick).items():
        rival, cost = built(make, sample)
        cells = []
        for one in sets:
            utterances = (
                one.utterances if isinstance(rival, House) else one.utterances[:: 1 + len(one.utterances) // most]
            )
            first, third = hits(rival, utterances)
            of = len(utterances)
            (a, b), (c, d) = interval(first, of), interval(third, of)
            cells.append(f"{first / of:.3f} [dim]{a:.2f}-{b:.2f}[/]\n{third / of:.3f} [dim]{c:.2f}-{d:.2f}[/]")
        table.add_row(name, *cells, f"{cost.microseconds:.0f}", f"{cost.megabytes:.1f}", f"{cost.start_s:.2f}")
    goals = [
        f"{_GOALS[one.name][0] or '–'}\n{_GOALS[one.name][1] or '–'}" if one.name in _GOALS else "" for one in sets
    ]
    table.add_row("goal", *goals, "2000", "60", "0.50")
    console.print(table)


def honest(console: Console, finder: ServiceFinder, sets: Sequence[UtteranceSet]) -> dict[str, list[reliability.Bin]]:
    """Print the reliability tables and what lies above the thresholds; the bins by set."""
    curves = {}
    for one in sets:
        best = [(finder.rank(text, language)[:1], accepted) for text, accepted, language in one.utterances]
        guesses = [(g[0].confidence, g[0].code in accepted) for g, accepted in best if g]
        curves[one.name] = reliability.bins(guesses)
        table = Table("claimed", "guesses", "mean", "right", title=f"Confidence: {one.name}")
        for low, number, claimed, right in curves[one.name]:
            table.add_row(f"from {low:.2f}", str(number), f"{claimed:.2f}", f"{right:.2f}")
        console.print(table)
        sure = [right for confidence, right in guesses if confidence > GO_ON]
        if sure:
            low, high = interval(sum(sure), len(sure))
            console.print(
                f"above {GO_ON:.2f}: {len(sure) / len(best):.2f} of all, {sum(sure) / len(sure):.3f} right"
                f" ({low:.2f}-{high:.2f})\n"
            )
    return curves


def show_errors(console: Console, finder: ServiceFinder, sets: Sequence[UtteranceSet], most: int) -> None:
    """Print our own requests that were named wrongly, the most confident first."""
    wrong = []
    for one in sets:
        for text, accepted, language in one.utterances:
            guesses = finder.rank(text, language)
            if not guesses or guesses[0].code not in accepted:
                wrong.append((guesses[0].confidence if guesses else 0.0, text, accepted, guesses))
    for confidence, text, accepted, guesses in sorted(wrong, key=lambda error: -error[0])[:most]:
        said = ", ".join(guess.code for guess in guesses) or "nothing"
        console.print(f"{confidence:.2f}  “{text}” is {'/'.join(sorted(accepted))}; heard as {said}")


@click.command(help=__doc__)
@click.option("--quick", is_flag=True, help="Without the sentence embeddings.")
@click.option("--sample", default=300, help="Rivals are measured on at most so many of each set, evenly spread.")
@click.option("--plot", type=click.Path(path_type=Path), help="Where to write the reliability plot.")
@click.option("--errors", default=10, help="How many of our own errors to show.")
def main(quick: bool, sample: int, plot: Path | None, errors: int) -> None:  # noqa: FBT001 - click's flags
    """Measure, print, draw."""
    console = Console(width=200)
    city = load_city(SHIPPED / "springfield")
    sets = all_sets()
    if not DATA.exists():
        console.print("No ../shared/data here: only our own sets are measured.")
    if not embeddings.installed() and not quick:
        console.print("The sentence embeddings are not installed (see bench/naming/embeddings.py): left out.")
    compare(console, city, sets, quick=quick, most=sample)
    finder = ServiceFinder(city)
    shown = [one for one in sets if one.name == "typed reports" or one.name.startswith("own unseen")]
    curves = honest(console, finder, shown)
    if plot:
        plot.write_text(reliability.drawn(curves, GO_ON, OFFER), encoding="utf-8")
    show_errors(console, finder, [one for one in sets if one.name.startswith("own")], errors)


if __name__ == "__main__":
    main()
