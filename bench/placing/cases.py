"""Places to ask for: the development list, and as many more as wanted, sampled from the Boston tables and misheard."""

from __future__ import annotations

import collections
import csv
import random
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bench.placing.noise import Recogniser, say_address, say_corner
from ivr.understanding.found import Place

DATA = Path(__file__).parents[3] / "shared" / "data"
BOSTON = DATA / "boston"


@dataclass(frozen=True, slots=True)
class Case:
    """A place, in a caller's words and as heard."""

    kind: str
    number: str
    street: str
    other: str
    area: str
    spoken: str
    heard: str

    def is_right(self, place: Place) -> bool:
        """Whether the place found is the one meant; a corner may be named in either order."""
        if self.kind == "address":
            return place.address == f"{self.number} {self.street}"
        return sorted(place.address.split(" & ")) == sorted((self.street, self.other))


def development() -> list[Case]:
    """The 230 places of `spoken_dev.tsv`, heard by a real recogniser."""
    with (BOSTON / "spoken_dev.tsv").open(encoding="utf-8", newline="") as lines:
        return [
            Case(row["kind"], row["number"], row["street"], row["street2"], row["area"], row["spoken"], row["heard"])
            for row in csv.DictReader(lines, delimiter="\t")
        ]


def invented(addresses: int, corners: int, seed: int) -> list[Case]:
    """Other places of the same city, worded and misheard by `noise.py`."""
    rng = random.Random(seed)
    rows = [row for row in _rows("boston_addresses.csv") if row["number_low"].strip("0") and _plain(row["street"])]
    meetings = [row for row in _rows("boston_intersections.csv") if row["street1"] != row["street2"]]
    names = sorted({word.lower() for row in rows for word in row["street"].split() if len(word) > 3})
    recogniser = Recogniser(sorted({*_vocabulary(), *(name for name in names if rng.random() < 0.5)}), seed)
    cases = []
    for row in rng.sample(rows, addresses):
        areas = [part.strip() for part in row["neighborhood"].replace("Greater ", "").split("/") if part.strip()]
        area = rng.choice(areas) if areas and rng.random() < 0.35 else ""
        number, street = int(row["number_low"]), row["street"]
        spoken = say_address(number, street, area, rng)
        cases.append(
            Case("address", str(number), street, "", area, spoken, recogniser.hear_address(number, street, area))
        )
    for row in rng.sample(meetings, corners):
        one, two = row["street1"], row["street2"]
        cases.append(
            Case("intersection", "", one, two, "", say_corner(one, two, rng), recogniser.hear_corner(one, two))
        )
    return cases


def sentences_without_a_place() -> list[str]:
    """Requests that name no place though they hold numbers, streets and parks: everything found in them is wrong."""
    return [
        "my street light is out", "there's trash all over the park", "a tree fell on my street last night",
        "i've been waiting three weeks for my trash to be picked up", "i need two recycling bins",
        "the street sweeper did not come on the 1st", "there is no parking sign on our street",
        "somebody parked in front of my driveway", "i got a ticket for 40 dollars", "the road is full of holes",
        "my neighbor's dog barks until 3 am", "four cars are blocking the street", "water is coming up in the street",
        "the light at the corner is out", "a dead raccoon is lying in the middle of the road", "i called 2 days ago",
        "the park down the road has broken glass", "they never plow this street", "it's the third time i call",
        "there are 6 mattresses on the sidewalk", "i'd like to talk to a person", "the playground swing is broken",
        "the drain at the end of my street is blocked", "no heat in my apartment for 5 days", "a bus stop is broken",
        "what time does city hall close", "the sidewalk is icy", "my case number is 1 2 3 4 5 6 7 8",
        "i want to report a pothole", "the traffic light is stuck on red", "there are rats in the alley behind us",
        "someone dumped a couch on the corner", "i have one question about my bill", "the court is closed",
        "can you send someone to clean the square", "a car without plates has been here for 10 days",
        "hay un bache en mi calle", "la luz de la calle no funciona", "llevo tres semanas esperando",
        "il y a un nid de poule dans ma rue", "le lampadaire de la rue est en panne", "depuis deux semaines",
    ]  # fmt: skip


SENTENCES = (
    "there's a pothole at {}", "the street light at {} is out", "i want to report graffiti, it's at {}",
    "somebody dumped a mattress at {} last night", "um hi my trash wasn't picked up, i live at {}",
    "a tree came down at {} and it's blocking the sidewalk", "i'm calling about a broken sign, {}",
    "there are 2 abandoned cars at {} for 3 weeks",
)  # fmt: skip
"""Sentences that name a place in passing."""


def _rows(name: str) -> list[dict[str, str]]:
    with (BOSTON / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _plain(street: str) -> bool:
    return re.fullmatch(r"[A-Z][A-Za-z' .]+", street) is not None


def _vocabulary() -> Iterable[str]:
    """The words of real reports: what a recogniser takes a name for when it does not know it."""
    counted: collections.Counter[str] = collections.Counter()
    for name, columns in (("recogniser_pairs_dev.csv", ("reference", "heard")), ("reports_dev.csv", ("text",))):
        with (DATA / name).open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                counted.update(re.findall("[a-z]+", " ".join(row[column] for column in columns).lower()))
    return (word for word, times in counted.items() if times > 1 and 2 < len(word) < 12)
