"""A small record with something of everything that a first talk brings."""

from __future__ import annotations

import base64

PIXEL = base64.b64encode(
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU"
    b"\x00\x00\x00\nIDATx\x9cc\xf8\x0f\x00\x01\x01\x01\x00\x1b\xb6\xeeV\x00\x00\x00\x00IEND\xaeB`\x82"
).decode()

NOOR = {
    "language": "en-GB",
    "person": {
        "name": {"text": "Noor Aziz"},
        "likes_to_be_called": "Noor",
        "gender": "female",
        "born": "1950-02",
        "language": "ur",
        "interpreter": True,
        "identifiers": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990220530"}],
        "face": {"data": PIXEL, "content_type": "image/png", "sha1": "-", "caption": "At the allotment"},
    },
    "people": {
        "sam": {"name": {"text": "Sam Aziz"}, "relation": "my son", "roles": ["to be told"]},
        "ana": {
            "name": {"text": "Ana Aziz"},
            "relation": "my sister",
            "roles": ["speaks for me", "call first"],
            "phone": "+44 7700 900555",
        },
        "cat": {"who": "Biscuit, the cat"},
    },
    "colleagues": {"ed": {"name": {"text": "Ed Lowe"}, "role": "nurse", "team": "Hospice"}},
    "conversations": {
        "talk": {"when": "2026-05-01T15:00:00+01:00", "minutes": 65, "with": ["person", "ana", "ed"], "asked": "Why?"},
    },
    "what_matters": {
        "garden": {"words": "Beans in by June.", "said_by": "person", "in": "talk", "kind": "joy"},
        "brave": {"words": "She is brave.", "said_by": "ana", "in": "talk", "kind": "strength"},
    },
    "preferences": {
        "then": {"kind": "place of death", "wish": "hospital", "words": "There.", "said_by": "person", "when": "2024"},
        "now": {
            "kind": "place of death",
            "wish": "home",
            "words": "Here.",
            "said_by": "person",
            "in": "talk",
            "only_if": "Ana is here",
            "replaces": "then",
            "how_firm": "Very",
            "still_stands": [{"when": "2026-06-02", "to": "ed"}],
            "valid_from": "2026-05",
            "review_by": "2026-08-01",
        },
        "shoes": {"kind": "please do not", "words": "No shoes indoors.", "said_by": "person", "in": "talk"},
    },
    "choices": {
        "drip": {
            "question": "The drip again?",
            "in": "talk",
            "with_whom": ["ana"],
            "rests_on": ["garden"],
            "options": {
                "yes": {
                    "what": "Have it",
                    "considerations": [
                        {"against": "A day gone", "domain": "social", "raised_by": "person", "tipped_it": True},
                        {
                            "for": "Less dizzy",
                            "domain": "techno-clinical",
                            "raised_by": "ed",
                            "weight": {"words": "some", "number": "2.5", "scale": "0 to 10"},
                            "likelihood": {"words": "perhaps", "low": "0.2", "high": "0.4", "source": "ed"},
                        },
                    ],
                },
                "no": {"what": "Leave it", "as_things_are": True},
            },
            "decided": {"option": "no", "words": "No more.", "by": "person", "together_with": ["ana"]},
            "reservations": [{"words": "I had hoped.", "by": "ana"}],
            "look_again": "2026-06",
        }
    },
}
