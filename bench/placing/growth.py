"""Cities that do not exist, as large as wanted: to see what a gazetteer costs as it grows."""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from dispatch.city.gazetteer import AddressRow, CornerRow, Gazetteer, build
from dispatch.city.loader import SHIPPED, load_city
from ivr.understanding.places import PlaceFinder

_STARTS = "b br c ch cl cr d dr f fl g gr h j k l m n p pr qu r s sh st t th tr v w wh".split()
_VOWELS = "a e i o u ay ea ee oo ou".split()
_ENDS = "ck d dge ft g k l ld ll m mp n nd ng nk nt p r rd rk rn rt s sh sk st t th ton ley ford ham field wood".split()
_TYPES = "St Ave Rd Pl Ct Ter Dr Ln Way Blvd".split()


class Cost(NamedTuple):
    """What a gazetteer of some size costs; times in milliseconds of processor time, sizes in MB."""

    addresses: int
    streets: int
    build_seconds: float
    file_mb: float
    open_ms: float
    first_ms: float
    memory_mb: float
    median_ms: float
    p99_ms: float


def measure(addresses: int, streets: int) -> Cost:
    """Build a city of that size, and ask for misheard places of it in a process of its own."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "gazetteer.sqlite"
        started = time.perf_counter()
        build(path, _addresses(addresses, streets), _corners(streets))
        took = time.perf_counter() - started
        asked = subprocess.run(
            [sys.executable, "-m", "bench.placing.growth", str(path)], check=True, capture_output=True, text=True
        )
        open_ms, first_ms, memory, median, p99 = map(float, asked.stdout.split())
        size = path.stat().st_size / 1e6
    return Cost(addresses, streets, took, size, open_ms, first_ms, memory, median, p99)


def _names(streets: int) -> list[str]:
    rng = random.Random(311)
    names: dict[str, None] = {}
    while len(names) < streets:
        name = "".join(rng.choice(_STARTS) + rng.choice(_VOWELS) for _ in range(rng.choice((0, 1, 1, 2))))
        core = (name + rng.choice(_STARTS) + rng.choice(_VOWELS) + rng.choice(_ENDS)).capitalize()
        names[f"{core} {rng.choice(_TYPES)}"] = None
    return list(names)


def _addresses(addresses: int, streets: int) -> Iterator[AddressRow]:
    names = _names(streets)
    each = addresses // streets
    for at, name in enumerate(names):
        lat, lon = 40 + at % 200 / 1000, -90 + at // 200 / 1000
        for house in range(each):
            yield AddressRow(str(2 * house + 1 + at % 2), name, f"Area {at % 40}", lat, lon + house / 1e5, "61000")


def _corners(streets: int) -> Iterator[CornerRow]:
    names = _names(streets)
    for at in range(streets - 7):
        for step in (1, 3, 7):
            yield CornerRow(
                names[at], names[at + step], f"Area {at % 40}", 40 + at % 200 / 1000, -90 + at // 200 / 1000
            )


def _ask(path: Path) -> str:
    """Open the file and ask for misheard places: open ms, first ms, MB of memory, median ms, 99th percentile ms."""
    rng = random.Random(7)
    city = load_city(SHIPPED / "springfield")
    before = _resident()
    started = time.thread_time()
    gazetteer = Gazetteer.open(path)
    opened = time.thread_time()
    finder = PlaceFinder(city, gazetteer)
    finder.find("12 nowhere street", "en", asked=True)
    first = time.thread_time()
    times = []
    for address in list(gazetteer.sample(400)):
        name = list(address.street.split()[0].lower())
        name[rng.randrange(len(name))] = rng.choice("aeioulnrst")
        text = f"it's at {address.number} {''.join(name)} {address.street.split()[1]}"
        begun = time.thread_time()
        finder.find(text, "en", asked=True)
        times.append((time.thread_time() - begun) * 1000)
    times.sort()
    ms = (opened - started) * 1000, (first - opened) * 1000
    return f"{ms[0]} {ms[1]} {_resident() - before} {times[len(times) // 2]} {times[int(len(times) * 0.99)]}"


def _resident() -> float:
    """MB this process holds for itself: pages of the file, which all workers share, do not count."""
    shared = Path(f"/proc/{os.getpid()}/statm")
    if shared.exists():
        _, resident, file_backed, *_ = map(int, shared.read_text().split())
        return (resident - file_backed) * resource.getpagesize() / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


if __name__ == "__main__":
    sys.stdout.write(_ask(Path(sys.argv[1])))
