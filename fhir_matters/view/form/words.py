"""The words of the form itself, in one table: what is asked, and what may be chosen, the Questionnaire says."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "save": "Save",
    "save_note": "You can save at any time, and go on later.",
    "leave": "Leave without saving",
    "topics": "What this asks about",
    "on_record": "On record",
    "new": "Something new",
    "change": "Change it, or say more",
    "say_more": "Say more",
    "add": "Add something",
    "another": "Add another",
    "open": "leave it open",
    "choose": "leave it open",
    "own_words": "Or in your own words",
    "yes": "yes",
    "no": "no",
    "slips": "This is not saved yet. Please look at this again:",
    "slip": "Please look at this again: ",
    "date": "As 1934-05-17, or 17 May 1934.",
    "dateTime": "As 2026-03-03, or 3 March 2026; the time may follow: 14:00.",
    "attachment": "A PNG, JPEG, WebP or GIF of at most 10 MB. What is on record stays if you choose none.",
    "everybody": "Everybody who is here",
    "page": "Back to the page",
    "kept_back": "Something on record is not shown here, as they asked. It stays as it is.",
    "old_form": "This form was opened before the server was started anew. Look through it, and save it again.",
    "changed_since": "Somebody has written about this person since this form was opened. Look through it, and save it "
    "again.",
    "picture": "The picture that is there now",
}
