"""Settings: what is missing or senseless is said in a sentence that names the variable and the cure."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from dotenv import dotenv_values

from ivr.settings import Settings, SettingsProblem, load

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty desk: no variables, no .env, a folder of its own."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def test_the_example_names_every_setting_with_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    example = dotenv_values(ROOT / ".env.example")
    assert set(example) == {name.upper() for name in Settings.model_fields}
    plain = Settings(_env_file=None)
    for name, value in example.items():
        monkeypatch.setenv(name, value or "")
    assert Settings(_env_file=None) == plain


def test_at_a_desk_everything_has_a_default_and_secrets_are_made_up_once() -> None:
    first, second = load(), load()
    assert first.tokens == second.tokens
    assert len(first.tokens[0]) == 32
    assert first.secret_key == second.secret_key
    assert stat.S_IMODE(Path("var/local_twilio_auth_token").stat().st_mode) == 0o600
    assert first.cities == ("springfield",)
    assert first.base_url == "http://127.0.0.1:8311"
    assert not first.sends
    assert first.tokens[0] not in repr(first)


def test_tokens_and_cities_are_lists_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "one, two ,")
    monkeypatch.setenv("CITIES", "springfield,boston")
    settings = load()
    assert settings.tokens == ("one", "two")
    assert settings.cities == ("springfield", "boston")


def test_a_file_beside_it_is_read_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("PORT=9000\nLOG_LEVEL=debug\n", encoding="utf-8")
    assert (load().port, load().log_level) == (9000, "DEBUG")
    monkeypatch.setenv("PORT", "9001")
    assert load().port == 9001


@pytest.mark.parametrize(
    ("name", "value", "cure"),
    [
        ("PORT", "many", "PORT makes no sense"),
        ("PORT", "0", "PORT makes no sense"),
        ("WORKERS", "-1", "WORKERS makes no sense"),
        ("ENVIRONMENT", "staging", "ENVIRONMENT makes no sense"),
        ("DATABASE_URL", "mysql://x", "DATABASE_URL must begin with sqlite:///"),
        ("PUBLIC_URL", "311.example.gov", "PUBLIC_URL must be the address Twilio calls"),
        ("TWILIO_ACCOUNT_SID", "me", "TWILIO_ACCOUNT_SID is no account SID: copy it from the Twilio console"),
        ("CITIES", " , ", "CITIES is empty: name at least one city"),
        ("LOG_LEVEL", "loud", "LOG_LEVEL makes no sense"),
    ],
)
def test_a_senseless_setting_is_named_with_its_cure(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, cure: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsProblem) as problem:
        load()
    assert cure in str(problem.value)


def test_all_mistakes_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "x")
    monkeypatch.setenv("CITIES", "")
    with pytest.raises(SettingsProblem) as problem:
        load()
    assert len(str(problem.value).splitlines()) == 2


def test_production_refuses_what_is_made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVIRONMENT", "production")
    with pytest.raises(SettingsProblem) as problem:
        load()
    for name in ("TWILIO_AUTH_TOKEN", "PUBLIC_URL", "SECRET_KEY"):
        assert name in str(problem.value)
    for name, value in (("TWILIO_AUTH_TOKEN", "t"), ("PUBLIC_URL", "https://h.example/"), ("SECRET_KEY", "k" * 32)):
        monkeypatch.setenv(name, value)
    assert load().base_url == "https://h.example"
    assert not Path("var").exists()


def test_no_secret_is_printed() -> None:
    settings = Settings(_env_file=None, twilio_auth_token="shhh", secret_key="k" * 40, metrics_token="m" * 20)
    assert "shhh" not in repr(settings) + str(settings.model_dump())
    assert "kkkk" not in repr(settings)
    assert "mmmm" not in repr(settings)


def test_processes_and_threads_suit_the_database() -> None:
    small = Settings(_env_file=None)
    large = Settings(_env_file=None, database_url="postgresql+psycopg://x@/y")
    assert (small.processes, small.threads_each) == (1, 16)
    assert large.processes >= min(2, os.cpu_count() or 2)
    assert Settings(_env_file=None, workers=3, threads=2).processes == 3
