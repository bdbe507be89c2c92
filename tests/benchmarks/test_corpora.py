"""Corpora are spread evenly, a resource a line; Bundles that are made are valid at any length."""

from __future__ import annotations

import json

import pytest

from fhir_matters import Validator
from tests.benchmarks.corpora import CORPORA, bundle, folder, sampled


def test_a_sample_is_spread_evenly_and_never_larger_than_what_there_is():
    assert sampled(range(10), 4) == [0, 2, 5, 7]
    assert sampled(range(3), 4) == [0, 1, 2]


def test_a_resource_is_one_line_and_its_numbers_are_as_they_were(tmp_path):
    (tmp_path / "a.json").write_bytes(b'{\r\n "resourceType": "Basic",\n "x": 1.10\r\n}\n')
    (tmp_path / "b.ndjson").write_text('{"resourceType": "Basic", "id": "b"}\n\n{"resourceType": "Basic", "id": "c"}\n')
    (tmp_path / "c.txt").write_text("no resource")
    texts = folder(tmp_path).texts()
    assert [json.loads(each).get("id") for each in texts] == [None, "b", "c"]
    assert b"1.10" in texts[0]
    assert not any(b"\n" in each or b"\r" in each for each in texts)


def test_the_path_of_a_folder_stays_out_of_what_is_written(tmp_path):
    assert str(tmp_path) not in folder(tmp_path).name + folder(tmp_path).about


@pytest.mark.parametrize("size", [1, 10, 25])
def test_a_made_bundle_has_its_entries_and_no_error(size):
    text = bundle(size)
    assert len(json.loads(text)["entry"]) == size
    assert [each for each in Validator().validate(text).issues if each.is_error] == []


def test_the_same_bundle_is_made_each_time():
    assert bundle(30) == bundle(30)


def test_every_corpus_has_resources(shared):
    assert shared.is_dir()
    for corpus in CORPORA.values():
        assert len(corpus.texts()) > 1000
        assert all(each.is_file() for each in corpus.packages)
