"""What a gazetteer answers with: streets, addresses, corners, landmarks. Frozen values."""

from __future__ import annotations

from typing import NamedTuple


class Street(NamedTuple):
    """A street by name, wherever in the city it runs. `sounds` and `keys` are what it is found by."""

    id: int
    name: str
    direction: str
    core: str
    type: str
    after: str
    sounds: str
    keys: str


class Stretch(NamedTuple):
    """The part of a street that lies in one area: its house numbers and its middle."""

    area: str
    low: int
    high: int
    addresses: int
    lat: float
    lon: float


class Address(NamedTuple):
    """One address; `high` is the end of a range such as 35-37, else 0."""

    street: str
    number: int
    suffix: str
    high: int
    area: str
    zip: str
    lat: float
    lon: float

    @property
    def written(self) -> str:
        """As on an envelope: "35-37 Goodrich Rd", "12B Main St"."""
        return f"{self.number}{self.suffix}{f'-{self.high}' if self.high else ''} {self.street}"


class Corner(NamedTuple):
    """Where two streets meet, in the order of the city's own list."""

    street: str
    other: str
    area: str
    lat: float
    lon: float

    @property
    def written(self) -> str:
        """As read back: "5th St & Main St"."""
        return f"{self.street} & {self.other}"


class Landmark(NamedTuple):
    """A named place."""

    name: str
    also: tuple[str, ...]
    address: str
    area: str
    lat: float
    lon: float
