"""The cities one process serves: where their packs lie, their gazetteers, and which of them a dialled number reaches.

A pack is a folder with a `city.toml`: those that come with the project, and those under `var/cities` that were imported
or that replace a shipped one of the same name. An invented city has a `streets.toml` instead of address data; its
gazetteer is drawn from that on first use, kept under `var/cities`, and drawn anew when what it is made from changes.
"""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dispatch.cities import atlas, geometry
from dispatch.city.formats import unknown
from dispatch.city.gazetteer import AddressRow, Gazetteer, LandmarkRow, build
from dispatch.city.loader import SHIPPED, CityError, Mistake, check_together, find_pack, load_city, packs_in
from dispatch.city.model import City

GAZETTEER = "gazetteer.sqlite"
STREETS = "streets.toml"
_MADE_FROM = "gazetteer.made-from"
"""Beside a drawn gazetteer: the fingerprint of what it was drawn from."""

Watch = Callable[[Sequence[AddressRow]], Iterable[AddressRow]]
"""Hands the addresses on while they are written, e.g. to a progress bar."""


def roots_with(cities_path: Path) -> tuple[Path, ...]:
    """Where to look for packs, first things first; drawn gazetteers are kept in the first place."""
    return cities_path, SHIPPED


@dataclass(frozen=True)
class Pack:
    """A city, ready to be served: what its file says, and where everything in it is."""

    city: City
    gazetteer: Gazetteer
    folder: Path


def folder_of(slug: str, roots: Sequence[Path]) -> Path:
    """The folder of a city's pack; CityError names the near misses where there is none."""
    folder = find_pack(slug, roots)
    if folder is None:
        raise CityError([Mistake("", "", unknown("city", slug, list_packs(roots)))])
    return folder


def list_packs(roots: Sequence[Path]) -> dict[str, Path]:
    """Every city that can be served, by slug; a folder in an earlier root hides one of the same name in a later."""
    found = {slug: root / slug for root in reversed(roots) for slug in packs_in(root)}
    return dict(sorted(found.items()))


def open_pack(slug: str, roots: Sequence[Path], watch: Watch = iter) -> Pack:
    """Open a city: 0.2 s, and a second or two more when its gazetteer must be drawn first.

    Raises CityError with everything that is wrong with its files, GazetteerError where the gazetteer cannot be used.
    """
    folder = folder_of(slug, roots)
    city = load_city(folder, roots)
    return Pack(city, Gazetteer.open(gazetteer_of(city, folder, roots[0], watch)), folder)


def gazetteer_of(city: City, folder: Path, keep: Path, watch: Watch = iter, *, anew: bool = False) -> Path:
    """The file of a city's gazetteer, drawn under `keep` first where that is needed, or `anew` in any case."""
    own, streets = folder / GAZETTEER, folder / STREETS
    if not streets.is_file():
        if own.is_file():
            return own
        problem = f"has neither a {GAZETTEER} nor a {STREETS}; make one with: dial311 city import {city.slug}"
        raise CityError([Mistake(city.slug, "", problem)])
    drawn = keep / city.slug / GAZETTEER
    made_from = drawn.with_name(_MADE_FROM)
    fingerprint = _fingerprint(streets, city)
    with _alone(drawn.parent):
        known = made_from.read_text(encoding="ascii") if made_from.is_file() and drawn.is_file() else ""
        if known != fingerprint or anew:
            _draw(city, streets, drawn, watch)
            made_from.write_text(fingerprint, encoding="ascii")
    return drawn


def _draw(city: City, streets: Path, target: Path, watch: Watch) -> None:
    chart = atlas.Atlas.read(streets)
    landmarks = [
        LandmarkRow(mark.name, mark.lat, mark.lon, mark.area, mark.address, mark.also) for mark in city.landmarks
    ]
    build(target, watch(list(chart.addresses())), chart.corners(), landmarks)


def _fingerprint(streets: Path, city: City) -> str:
    """Of everything a drawn gazetteer depends on, the code that draws and writes it included."""
    digest = hashlib.sha256(repr(city.landmarks).encode())
    code = sorted(Path(__file__).parent.glob("gazetteer*.py"))
    for file in (streets, Path(atlas.__file__), Path(geometry.__file__), *code):
        digest.update(file.read_bytes())
    return digest.hexdigest()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one process draw while the others wait: workers start together."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".drawing").open("w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class Packs(Mapping[str, Pack]):
    """All cities on the line, by slug, in the order of the settings."""

    def __init__(self, packs: Iterable[Pack]) -> None:
        """Take opened packs; CityError where two cities claim one number, ValueError where there is no city at all."""
        self._packs = {pack.city.slug: pack for pack in packs}
        if not self._packs:
            message = "there is no city to serve"
            raise ValueError(message)
        check_together(pack.city for pack in self._packs.values())
        self._by_number = {number: pack for pack in self._packs.values() for number in pack.city.numbers}

    @classmethod
    def open(cls, slugs: Iterable[str], roots: Sequence[Path], watch: Watch = iter) -> Packs:
        """Open every city of the list; CityError tells what is wrong with all of them, not only with the first."""
        packs: list[Pack] = []
        mistakes: list[Mistake] = []
        for slug in dict.fromkeys(slugs):
            try:
                packs.append(open_pack(slug, roots, watch))
            except CityError as error:
                mistakes += error.mistakes
        if mistakes:
            raise CityError(mistakes)
        return cls(packs)

    @property
    def first(self) -> Pack:
        """The city of callers who dialled a number that is nobody's."""
        return next(iter(self._packs.values()))

    def by_number(self, dialled: str) -> Pack:
        """The city a dialled number belongs to, as Twilio sends it in `To`; else the first city."""
        return self._by_number.get(dialled.strip(), self.first)

    def __getitem__(self, slug: str) -> Pack:
        return self._packs[slug]

    def __iter__(self) -> Iterator[str]:
        return iter(self._packs)

    def __len__(self) -> int:
        return len(self._packs)
