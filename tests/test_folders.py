"""A user's own folders: as the environment says, where it says something that can be meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from fhir_matters import Validator, folders
from fhir_matters.definitions import kept
from fhir_matters.definitions.package import installed
from fhir_matters.errors import InputError
from fhir_matters.server.named import servers_file


@pytest.mark.parametrize(
    ("name", "place", "otherwise"), [("CACHE", folders.cache, ".cache"), ("CONFIG", folders.config, ".config")]
)
def test_xdg_says_where_unless_it_says_a_place_that_moves(monkeypatch, tmp_path, name, place, otherwise):
    monkeypatch.setenv("HOME", str(tmp_path))
    usual = tmp_path / otherwise / "fhir-matters"
    assert place() == usual
    for said, there in (("", usual), ("relative/x", usual), (str(tmp_path / "x"), tmp_path / "x" / "fhir-matters")):
        monkeypatch.setenv(f"XDG_{name}_HOME", said)
        assert place() == there


def test_servers_and_what_is_kept_are_there(monkeypatch, tmp_path):
    monkeypatch.delenv("FHIR_MATTERS_CACHE", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert servers_file() == tmp_path / "fhir-matters" / "servers.toml"
    assert kept.folder() == tmp_path / "fhir-matters" / "made"


def test_who_has_no_home_can_validate_and_is_told_what_is_missing(monkeypatch):
    def homeless():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("FHIR_MATTERS_CACHE", raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    assert kept.place("plan", b"x") is None
    assert installed("hl7.fhir.us.core", "6.1.0") is None
    assert Validator().validate({"resourceType": "Patient", "active": True}).ok
    with pytest.raises(InputError, match="Set HOME"):
        servers_file()
