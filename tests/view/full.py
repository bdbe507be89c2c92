"""A record with every form in it: what was agreed, what is law, how it went, what can be seen and heard."""

from __future__ import annotations

import base64
import io
import wave
from typing import Any

from tests.view.noor import NOOR, PIXEL


def _silence() -> str:
    """A tenth of a second of silence, as a WAV file in base64."""
    written = io.BytesIO()
    with wave.open(written, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(b"\x80" * 800)
    return base64.b64encode(written.getvalue()).decode()


VOICE = {"data": _silence(), "content_type": "audio/wav", "caption": "Noor, in her kitchen"}
PICTURE = {"data": PIXEL, "content_type": "image/png", "caption": "The blue folder, open"}
PAPER = {"data": base64.b64encode(b"%PDF-1.4\n%%EOF").decode(), "content_type": "application/pdf"}

FACE = {"data": PIXEL, "caption": "At the allotment"}

FULL: dict[str, Any] = NOOR | {
    "person": NOOR["person"] | {"face": FACE, "face_showing": {"words": "Put it on the door."}},
    "people": {
        **NOOR["people"],
        "sam": NOOR["people"]["sam"] | {"does": "does the shopping on Fridays", "roles": ["not to be told"]},
    },
    "colleagues": {
        "ed": NOOR["colleagues"]["ed"] | {"does": "comes on Tuesdays", "phone": "+44 7700 900777"},
        "mo": {"name": {"text": "Mo Hart"}, "role": "family doctor", "phone": "+44 1632 960555"},
        "kit": {"role": "night carer"},
    },
    "conversations": {
        "talk": NOOR["conversations"]["talk"] | {"written_down": {"by": "ed", "form": "the About Me form"}},
    },
    "recordings": {
        "voice": {
            "content": VOICE,
            "in": "talk",
            "shows": "Noor telling of her garden",
            "made_by": "ana",
            "showing": {"words": "Play it to the night staff.", "when": "2026-05-01", "until": "2027-05-01"},
        },
        "folder": {"content": PICTURE, "when": "2026-05-02", "showing": {"words": "Anyone may see."}},
        "secret": {"content": PICTURE | {"caption": "Kept"}, "when": "2026-05-02", "showing": {"allowed": False}},
    },
    "what_matters": {
        **NOOR["what_matters"],
        "garden": NOOR["what_matters"]["garden"]
        | {
            "words": "جون تک پھلیاں",
            "language": "ur",
            "translations": {"en": "Beans in by June."},
            "recording": "voice",
        },
        "faith": {"kind": "belief", "answer": "not now", "said_by": "person", "in": "talk"},
        "alone": {
            "kind": "worry",
            "words": "That Ana has to choose by herself.",
            "said_by": "person",
            "in": "talk",
            "valid_until": "2026-05-20",
            "still_stands": [{"when": "2026-05-10", "by": "ana", "to": "mo"}],
            "written_down": {"by": "mo", "when": "2026-05-02", "on_behalf_of": "the surgery", "form": "a letter"},
        },
    },
    "preferences": {
        **NOOR["preferences"],
        "heart": {"kind": "cpr", "wish": "no", "words": "Let me go.", "said_by": "person", "in": "talk"},
    },
    "departures": {
        "stairs": {
            "protocol": {"name": "Falls pathway, step 4", "source": "https://falls.example/4"},
            "left_out": "The stairs assessment",
            "instead": "She shuffles up on her bottom, with Ana behind her",
            "why": "She has slept upstairs for forty years and means to go on",
            "asked_by": "person",
            "agreed_by": ["ed", "ana"],
            "from": "2026-05-02",
            "until": "2027-05-02",
            "rests_on": ["garden", "drip"],
            "in": "talk",
        },
        "weighing": {"protocol": {"name": "MUST score"}, "left_out": "The weekly weighing", "in": "talk"},
        "pump": {
            "protocol": {"name": "Bed rest after a fall"},
            "instead": "Up in the chair from the first day",
            "why": "She said so",
            "agreed_by": ["ed"],
            "until": "2026-04-30",
            "reason": "they object",
            "asked_by": "person",
            "when": "2026-04-01",
        },
    },
    "plans": {
        "bleed": {
            "if": "a heavy bleed from the mouth",
            "warning_signs": "Streaks on the pillow",
            "at_home": ["Dark towels. Hold her hand.", "Give the first syringe from the blue box."],
            "in_hospital": ["Side room.", "No transfusion."],
            "medicines": [
                {"what": "midazolam 10 mg", "how": "under the skin", "where": "the blue box", "given_by": ["ed"]}
            ],
            "kit": [{"what": "dark towels", "where": "the airing cupboard"}],
            "call_first": "ed",
            "then_call": ["mo", "ana"],
            "not_this": "No ambulance",
            "asked_by": "person",
            "agreed_by": ["ana", "mo"],
            "valid_until": "2026-12-31",
            "review_by": "2026-11-30",
            "rests_on": ["heart"],
            "in": "talk",
        },
        "fall": {"if": "another fall", "at_home": ["Sit her up."], "in": "talk", "valid_until": "2026-01-31"},
    },
    "legal": {
        "dnacpr": {
            "kind": "cpr decision",
            "attempt_cpr": False,
            "made_by": "mo",
            "agreed_by": ["ana"],
            "kept": "the yellow folder by the door",
            "document": PICTURE,
            "when": "2026-05-03",
            "review_by": "2026-12-01",
            "rests_on": ["heart"],
        },
        "attorney": {
            "kind": "lasting power of attorney",
            "agents": ["ana"],
            "powers": ["treatment, life-sustaining too"],
            "witnessed_by": ["Iris Cole"],
            "registered": {"system": "https://attorneys.example", "value": "7000-1234"},
            "document": PAPER,
            "when": "2024-03",
        },
        "refusal": {
            "kind": "refusal of treatment",
            "treatments": ["a feeding tube", "a ventilator"],
            "applies_when": "I no longer know Ana",
            "even_if_life_at_risk": True,
            "kept": "with the solicitor",
            "when": "2024-03",
        },
    },
    "outcomes": {
        "seen-by-ana": {
            "of": "now",
            "honoured": "yes",
            "words": "She went in her own bed.",
            "said_by": "ana",
            "when": "2026-09-03",
            "place": "home",
            "avoided": [
                {"what": "ambulance call", "seen_by": "ana"},
                {"what": "staff time", "hours": "6", "words": "two visits", "seen_by": "ed"},
            ],
        },
        "seen-by-mo": {
            "of": "now",
            "honoured": "partly",
            "words": "At home, with a drive to hospital and back.",
            "why": "The night line did not know",
            "said_by": "mo",
            "when": "2026-09-04",
        },
    },
    "sharing": {"from-sam": {"what": ["alone"], "not_with": ["sam"], "because": "I shall tell him myself"}},
}


def grown(example: dict[str, Any]) -> dict[str, Any]:
    """An example with as much agreed, decided in law and seen afterwards as a long illness brings.

    One that says so much by itself already stays as it is.
    """
    if (example.get("plans") and example.get("outcomes")) or len(example.get("legal", ())) > 1:
        return example
    near, nurse = next(iter(example["people"])), next(iter(example["colleagues"]))
    talk = next(reversed(example["conversations"]))
    wishes = {wish["kind"]: key for key, wish in example["preferences"].items() if not wish.get("withdrawn")}
    home, heart = wishes["place of death"], wishes.get("cpr", wishes["place of death"])
    turned = {"ed": nurse, "mo": nurse, "ana": near, "talk": talk, "heart": heart, "now": home}
    turned |= {"garden": next(iter(example["what_matters"])), "drip": home}
    added = ("departures", "plans", "legal", "outcomes", "recordings")
    return example | {name: example.get(name) or _turned(FULL[name], turned) for name in added}


def _turned(value: Any, keys: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _turned(item, keys) for name, item in value.items()}
    if isinstance(value, list):
        return [_turned(item, keys) for item in value]
    return keys.get(value, value) if isinstance(value, str) else value
