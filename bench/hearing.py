"""What a small recogniser makes of our calls, spoken over a telephone line: tests/emergency/heard_en.tsv.

    python -m bench.hearing 200

Hears that many more of our English texts and adds them to the file. flite speaks them in one of three voices, sox makes
a line of 300 to 3400 Hz of it, white noise is laid over it at 25 or 12 dB, and Moonshine's tiny model writes down what
it hears; which voice and noise a text gets depends on nothing but the text. About a second a text. Needs two tools
(`apt install flite sox`) and two packages (`pip install numpy moonshine-voice==0.0.48`), which are in no lock: the file
they made is enough to learn from and to measure with.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import wave
import zlib
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench.danger.sets import ORDINARY, OWN, Utterance
from bench.learning import city_requests, examples

HEARD = OWN / "heard_en.tsv"
VOICES = ("slt", "rms", "awb", "rms", "slt")
NOISES = (25, 12)
"""By how many decibels the voice is louder."""
LINE = 8000
MODEL = 16000
"""Samples a second, of a telephone line and of the recogniser."""
LONGEST = 28
"""So many words are about what is said in one turn."""


def missing() -> list[str]:
    """The tools that are not here."""
    tools = [tool for tool in ("flite", "sox") if not shutil.which(tool)]
    return tools + [package for package in ("numpy", "moonshine_voice") if not find_spec(package)]


class Recogniser:
    """A telephone line with somebody at one end who speaks as told, and a small recogniser at the other."""

    def __init__(self) -> None:
        import numpy as np
        from moonshine_voice.moonshine_api import ModelArch
        from moonshine_voice.transcriber import Transcriber
        from moonshine_voice.utils import get_assets_path

        self.numpy: Any = np
        self._transcriber = Transcriber(str(Path(get_assets_path()) / "tiny-en"), ModelArch.TINY)

    def hear(self, text: str, voice: str, noise: int, seed: int) -> str:
        """What arrives of a text."""
        np = self.numpy
        spoken = self._spoken(text, voice)
        hiss = np.random.default_rng(seed).standard_normal(len(spoken))
        spoken += hiss * np.sqrt((spoken**2).mean()) / 10 ** (noise / 20)
        twice = np.interp(
            np.arange(len(spoken) * MODEL // LINE) * LINE / MODEL, np.arange(len(spoken)), spoken.clip(-1, 1)
        )
        quiet = np.zeros(MODEL // 4)
        heard = self._transcriber.transcribe_without_streaming([*quiet, *twice, *quiet, *quiet], MODEL)
        return " ".join(" ".join(line.text for line in heard.lines).split())

    def _spoken(self, text: str, voice: str) -> Any:
        """A text as samples between -1 and 1, as a telephone line lets them through."""
        with tempfile.TemporaryDirectory() as folder:
            full, narrow = f"{folder}/full.wav", f"{folder}/narrow.wav"
            subprocess.run(["flite", "-voice", voice, "-t", text, "-o", full], check=True)
            narrowed = ["sox", full, "-r", str(LINE), "-c", "1", "-b", "16", narrow, "sinc", "300-3400"]
            subprocess.run(narrowed, check=True, stderr=subprocess.DEVNULL)
            with wave.open(narrow) as file:
                samples = self.numpy.frombuffer(file.readframes(file.getnframes()), self.numpy.int16)
        return samples.astype(float) / 32768


def not_heard_yet() -> Iterable[Utterance]:
    """Our English texts that the file lacks, emergencies and ordinary requests in turn."""
    already = {line.split("\t")[1] for line in HEARD.read_text("utf-8").splitlines()}
    texts = [each for each in examples(("en",)) + city_requests(("en",)) if len(each.text.split()) <= LONGEST]
    texts = sorted(
        (each for each in texts if each.text not in already), key=lambda each: zlib.crc32(each.text.encode())
    )
    alarms = (each for each in texts if each.category != ORDINARY)
    ordinary = (each for each in texts if each.category == ORDINARY)
    return (each for pair in zip(alarms, ordinary, strict=False) for each in pair)


def main(arguments: Sequence[str]) -> None:
    """Hear as many texts as asked for."""
    if missing():
        sys.exit(f"bench.hearing needs {', '.join(missing())}: see the head of {Path(__file__).name}")
    recogniser = Recogniser()
    wanted = int(arguments[0]) if arguments else 10
    with HEARD.open("a", encoding="utf-8") as file:
        for (category, text), _ in zip(not_heard_yet(), range(wanted), strict=False):
            seed = zlib.crc32(text.encode())
            voice, noise = VOICES[seed // 14 % len(VOICES)], NOISES[seed // 7 % 2]
            heard = recogniser.hear(text, voice, noise, seed)
            if heard:
                file.write(f"{category}\t{text}\t{heard}\t{voice}\t{noise}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
