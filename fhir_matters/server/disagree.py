"""Where two validators disagree about one resource, issue by issue: paired by place and meaning, never by words.

An issue that is paired was found by both, perhaps of another severity; one that is not, by one alone. Each issue is
used once. How sure a pair is, it says itself: `on` the message id, the meaning, or only the place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from fhir_matters.issue import Severity
from fhir_matters.server.meaning import Said

On = Literal["id", "meaning", "place", ""]
Side = Literal["both", "us", "the server"]
Key = Callable[[Said], "Hashable | None"]
Fits = Callable[[Said, Said], bool]
# Of very many issues alike, at different places, no pair is looked for among all.
MOST_LOOKED_AT = 100


class Pair(NamedTuple):
    """One issue by its number among ours and among theirs, None where that side does not have it."""

    ours: int | None
    theirs: int | None
    on: On = ""

    @property
    def by(self) -> Side:
        """Who says it."""
        return "the server" if self.ours is None else "us" if self.theirs is None else "both"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many issues both say, and how many of these with another severity; how many one alone says."""

    both: int = 0
    other_severity: int = 0
    only_us: int = 0
    only_server: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.both + other.both,
            self.other_severity + other.other_severity,
            self.only_us + other.only_us,
            self.only_server + other.only_server,
        )


def compared(ours: Sequence[Said], theirs: Sequence[Said]) -> list[Pair]:
    """Every error and warning of either side once: what both say, then what only we say, then what only they say.

    What is only information to whoever says it counts where the other side calls it worse, and not otherwise.
    """
    left, right = dict(enumerate(ours)), dict(enumerate(theirs))
    pairs: list[Pair] = []
    for each in _ROUNDS:
        pairs += _paired(left, right, *each)
    pairs += [Pair(number, None) for number in left]
    told = sorted(pairs, key=lambda pair: (pair.by == "us", pair.ours))
    told += [Pair(None, number) for number in right]
    return [pair for pair in told if not all(map(_is_note, _sides(pair, ours, theirs)))]


def counted(pairs: Iterable[Pair], ours: Sequence[Said], theirs: Sequence[Said]) -> Counts:
    """How many there are of each kind."""
    total = Counts()
    for pair in pairs:
        total += Counts(
            both=pair.by == "both",
            other_severity=differs(pair, ours, theirs),
            only_us=pair.by == "us",
            only_server=pair.by == "the server",
        )
    return total


def differs(pair: Pair, ours: Sequence[Said], theirs: Sequence[Said]) -> bool:
    """Whether both say it, with another severity: error and fatal are alike."""
    if pair.by != "both":
        return False
    mine, other = _sides(pair, ours, theirs)
    return mine.is_error != other.is_error or (not mine.is_error and mine.severity != other.severity)


def _sides(pair: Pair, ours: Sequence[Said], theirs: Sequence[Said]) -> list[Said]:
    return [side[number] for side, number in ((ours, pair.ours), (theirs, pair.theirs)) if number is not None]


def _is_note(said: Said) -> bool:
    return said.severity is Severity.INFORMATION


def _always(_one: Said, _other: Said) -> bool:
    return True


def _by_id(said: Said) -> Hashable | None:
    return said.message_id.lower() or None


def _by_meaning(said: Said) -> Hashable | None:
    return said.meaning or None


def _exactly(key: Key) -> Key:
    return lambda said: (key(said), said.about.exact) if key(said) and said.about.exact else None


def _loosely(key: Key) -> Key:
    return lambda said: (key(said), said.about.loose) if key(said) and said.about.loose else None


def _by_place(said: Said) -> Hashable | None:
    """Of the whole resource too much may be wrong to say that it is the same."""
    return (said.is_error, said.about.exact) if "." in said.about.exact else None


def _same_repeats(one: Said, other: Said) -> bool:
    """Whether the numbers are the same where both have one: some servers leave them out."""
    steps = zip(one.about.exact.split("."), other.about.exact.split("."), strict=True)
    return all(mine == its or "[" not in mine or "[" not in its for mine, its in steps)


def _cannot_tell(one: Said, other: Said) -> bool:
    """Whether nothing says that the two mean different things."""
    return not (one.message_id and other.message_id) and not (one.meaning and other.meaning)


def _unnamed(one: Said, other: Said) -> bool:
    """Whether one of them says what holds the element, and not which."""
    return one.about.exact == one.where.exact or other.about.exact == other.where.exact


def _one_holds_the_other(one: Said, other: Said) -> bool:
    """Whether the one element is directly in the other."""
    shorter, longer = sorted((one.about.exact, other.about.exact), key=len)
    return bool(shorter) and longer.rpartition(".")[0] == shorter


def _nowhere(one: Said, other: Said) -> bool:
    """Whether one of them has no place; the element may be named all the same."""
    if one.where.exact and other.where.exact:
        return False
    return one.about.last == other.about.last or not (one.about.last and other.about.last)


_ROUNDS: tuple[tuple[On, Key, Fits], ...] = (
    ("id", _exactly(_by_id), _always),
    ("meaning", _exactly(_by_meaning), _always),
    ("id", _loosely(_by_id), _same_repeats),
    ("meaning", _loosely(_by_meaning), _same_repeats),
    ("meaning", lambda said: (said.meaning, said.where.exact) if said.meaning and said.where.exact else None, _unnamed),
    ("id", _by_id, _one_holds_the_other),
    ("id", _by_id, _nowhere),
    ("meaning", _by_meaning, _nowhere),
    ("place", _by_place, _cannot_tell),
)


def _paired(left: dict[int, Said], right: dict[int, Said], on: On, key: Key, fits: Fits) -> Iterator[Pair]:
    """The pairs of one key that fit, in order; both are taken out of what is left."""
    waiting: dict[Hashable, list[int]] = defaultdict(list)
    for number, said in right.items():
        waiting[key(said)].append(number)
    waiting.pop(None, None)
    for number, said in list(left.items()):
        candidates = waiting.get(key(said), [])
        other = next((each for each in candidates[:MOST_LOOKED_AT] if fits(said, right[each])), None)
        if other is not None:
            candidates.remove(other)
            del left[number], right[other]
            yield Pair(number, other, on)
