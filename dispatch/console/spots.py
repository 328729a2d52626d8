"""An address as an operator types it, found in the city's gazetteer."""

from __future__ import annotations

import re

from dispatch.city.gazetteer import Gazetteer
from dispatch.new_ticket import Spot


def spot(gazetteer: Gazetteer, typed: str, note: str) -> Spot:
    """Where that is: with its coordinates and area if the gazetteer knows it word for word, else as it was typed."""
    typed = " ".join(typed.split())
    for landmark in gazetteer.landmarks:
        if typed.casefold() == landmark.name.casefold():
            return Spot(
                place_kind="landmark",
                address=landmark.name,
                area=landmark.area,
                lat=landmark.lat,
                lon=landmark.lon,
                place_note=note,
            )
    if found := re.fullmatch(r"(\d{1,6})\w?\s+(.+)", typed):
        for street in gazetteer.streets:
            if street.name.casefold() == found[2].casefold():
                for address in gazetteer.at(street.id, int(found[1])):
                    return Spot(
                        address=address.written, area=address.area, lat=address.lat, lon=address.lon, place_note=note
                    )
    return Spot(address=typed, place_note=note)
