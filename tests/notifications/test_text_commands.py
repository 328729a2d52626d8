"""What people text is understood in three languages, and a story is left a story."""

from __future__ import annotations

import pytest

from dispatch.text_commands import Meant, Wish, understand
from dispatch.text_words import plain
from tests.dispatch.littleton import LITTLETON

NUMBER = "48210736"  # the same for every worker that collects these tests
SPACED = f"{NUMBER[:4]} {NUMBER[4:]}"


@pytest.mark.parametrize(
    ("said", "wish", "language"),
    [
        ("STOP", Wish.STOP, ""),
        ("stop.", Wish.STOP, ""),
        ("Unsubscribe", Wish.STOP, ""),
        ("ALTO", Wish.STOP, "es"),
        ("arrêt !", Wish.STOP, "fr"),
        ("ARRETEZ", Wish.STOP, "fr"),
        ("START", Wish.START, ""),
        ("Empezar", Wish.START, "es"),
        ("reprendre", Wish.START, "fr"),
        ("help", Wish.HELP, ""),
        ("¿Ayuda?", Wish.HELP, "es"),
        ("aide", Wish.HELP, "fr"),
        ("status", Wish.STATUS, "en"),
        (f"Status {SPACED}", Wish.STATUS, "en"),
        (f"estado de {NUMBER}", Wish.STATUS, "es"),
        (f"état #{NUMBER}", Wish.STATUS, "fr"),
        ("where is my report?", Wish.STATUS, "en"),
        (SPACED, Wish.STATUS, ""),
        ("It's not fixed!!", Wish.NOT_FIXED, "en"),
        ("the hole is still there", Wish.NOT_FIXED, "en"),
        ("No está arreglado", Wish.NOT_FIXED, "es"),
        (f"{NUMBER} sigue igual", Wish.NOT_FIXED, "es"),
        ("Ce n'est toujours pas réparé", Wish.NOT_FIXED, "fr"),
        ("They didn't fix it", Wish.NOT_FIXED, "en"),
        ("Rien n'a été fait", Wish.NOT_FIXED, "fr"),
        ("No, lo arreglaron. Gracias", Wish.TELL, ""),
        ("it's fixed now, thank you", Wish.TELL, ""),
        ("thanks", Wish.TELL, ""),
        ("please stop the trucks at the stop sign", Wish.TELL, ""),
        ("the end of the street floods", Wish.TELL, ""),
        ("we need help with the leaves", Wish.TELL, ""),
        ("", Wish.TELL, ""),
    ],
)
def test_a_message_is_understood(said: str, wish: Wish, language: str) -> None:
    meant = understand(LITTLETON, said)
    assert (meant.wish, meant.language) == (wish, language)


def test_a_long_story_is_kept_as_it_is() -> None:
    story = (
        "I told the crew last week that the lamp was not fixed properly and they said that they would come on Tuesday"
    )
    assert understand(LITTLETON, story).wish is Wish.TELL


@pytest.mark.parametrize("written", [NUMBER, SPACED, f"{NUMBER[:4]}-{NUMBER[4:]}", f"#{NUMBER}.", f"no. {NUMBER}"])
def test_a_number_is_read_however_it_is_written(written: str) -> None:
    assert understand(LITTLETON, f"status {written}").number == NUMBER


def test_a_slip_in_a_number_is_noticed_and_a_house_number_is_none() -> None:
    wrong = NUMBER[:-1] + str((int(NUMBER[-1]) + 1) % 10)
    assert understand(LITTLETON, f"status {wrong}") == Meant(Wish.STATUS, "en", "status", misread=wrong)
    assert understand(LITTLETON, "it is at 1234 Elm St") == Meant(Wish.TELL)


def test_letters_are_made_plain() -> None:
    assert plain("¡No ESTÁ   arreglado, “señor”!") == "no esta arreglado senor"
