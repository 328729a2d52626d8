"""What a city has the line say in words of its own: the tables `[prompts.<name>.<language>]` of its file."""

from __future__ import annotations

from pydantic import Field

from dispatch.city.values import Value


class OwnPrompt(Value):
    """Words of the city's own for one thing the line says, in one language; what the house says is in `ivr/prompts`.

    It holds the same {slots} and names the same keys as the house's own, and stands in every language of the city.
    """

    say: str = Field(description="at first", min_length=1)
    again: str = Field("", description="when the caller was not understood: shorter")
    help: str = Field("", description="on the second miss, or when asked for help: in full, with the keys")
    audio: str = Field("", description="address of a recording to play in place of `say`")
