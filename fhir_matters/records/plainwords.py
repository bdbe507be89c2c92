"""Words as they are meant, plainly: case, endings and a few synonyms aside. English; other words match as they stand.

This is no language model and no thesaurus: two tables short enough to read, so that a match can say why it is one.
"""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
# Words that a question about anything has.
_STOP = """\
a about after again all am an and any anything are as at be been being but by can could did do does doing for from get
go going had has have he her here him his how i if in into is it its just let like make may me might more much my no
not now of on one or our out she should so some something tell than that the their them then there they thing think
this thought to today up us very want was we well were what when where which who why will wish with would yes you your
"""
STOP = frozenset(_STOP.split())
# Each line: what is meant, and the other words for it.
_SYNONYMS = """\
afraid: fear frightened scared worry worried worries anxious fears dread
belief: beliefs faith religion religious spiritual god church pray prayer
call: called
cpr: resuscitate resuscitation resuscitated resus dnacpr dnr restart
die: dying dies died death dead
end: final last
enjoy: joy joys enjoyed enjoying happy happiness pleasure
family: relatives relative
help: support supported helps
home: house
hospital: ward admission admitted
important: matter matters mattered importance
laugh: laughter laughing funny
photo: photograph photographs photographed photography photographic picture pictures pictured camera image images photos
place: location
speak: speaks speaking talk talks talking
strong: strength strengths strongest
treatment: treatments therapy treat treated
wound: wounds sore sores ulcer ulcers lesion lesions bedsore bedsores
"""
SYNONYMS = {
    word: meant
    for meant, _, words in (line.partition(": ") for line in _SYNONYMS.splitlines())
    for word in words.split()
}
_ENDINGS = ("ing", "ed", "es", "s")
_NO_ENDINGS = ("ss", "is", "us")  # dialysis is no plural
_SHORTEST = 4  # what is left of a word without its ending


def words(text: str) -> tuple[str, ...]:
    """The words of a text as they are meant, in order: `Dying?` and `death` are both `die`."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return tuple(_meant(word) for word in _WORD.findall(re.sub(r"'(s|re|ve|ll|d|m|t)\b", "", plain)))


def telling(text: str) -> frozenset[str]:
    """The words that say what a text is about: all but the stop words."""
    return frozenset(word for word in words(text) if word not in STOP)


def _meant(word: str) -> str:
    if word in SYNONYMS or word in STOP or word.endswith(_NO_ENDINGS):
        return SYNONYMS.get(word, word)
    ending = next((end for end in _ENDINGS if word.endswith(end) and len(word) - len(end) >= _SHORTEST), "")
    stem = word.removesuffix(ending)
    return SYNONYMS.get(stem, stem)
