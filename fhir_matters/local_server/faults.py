"""Faults on demand, as values: what may go wrong between a client and this server, how often, and where.

    error=503:0.2:retry-after=1        every fifth answer is a 503 that says when to come back
    drop-response=0.1:only=writes      every tenth write is done, and nobody is told
    latency=2s:after=10:times=3        the 11th to the 13th request wait

A fault is `NAME=VALUE`, and after colons a chance (0 to 1), `only=`, `after=`, `times=`, `retry-after=` or `acted`;
commas join several. Each is drawn by the seed and by how many requests it could have met: the same requests in the
same order meet the same faults. What they do on the wire is in `wire.py`; none of it touches the store.
"""

from __future__ import annotations

import re
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from random import Random

from fhir_matters.errors import FhirMattersError

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})
KEPT = 10_000
"""So many requests that met a fault are remembered."""
_SECONDS = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)(ms|s|m|)")
_UNITS = {"ms": 0.001, "s": 1.0, "": 1.0, "m": 60.0}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: its `value` is seconds or a status, where it has one; `acted` is true where the server acts first."""

    name: str
    value: float = 0.0
    chance: float = 1.0
    acted: bool = False
    retry_after: str = ""
    only: tuple[str, ...] = ()
    after: int = 0
    times: int | None = None

    def fits(self, method: str, path: str) -> bool:
        """True where a request to that path, below the base address, could meet it."""
        return all(_fits(each, method, path) for each in self.only)


@dataclass(frozen=True, slots=True)
class Struck:
    """A fault that a request meets, and the dice for what it leaves open."""

    fault: Fault
    dice: Random


@dataclass(frozen=True, slots=True)
class Met:
    """What befell one request; `path` is below the base address and without its query."""

    method: str
    path: str
    fault: str


class Faults:
    """The faults of one server, the seed that they are drawn by, and what they have done so far; thread-safe.

    Raises FhirMattersError, with all that there is, for a fault that is not known or says something odd.
    """

    def __init__(self, *faults: str | Fault, seed: int = 0) -> None:
        self._lock = threading.Lock()
        self._seed = seed
        self._met: deque[Met] = deque(maxlen=KEPT)
        self.counts: Counter[str] = Counter()
        self.use(*faults)

    def use(self, *faults: str | Fault) -> None:
        """From now on these, and no others: none at all is a server that behaves. What was met stays counted."""
        chosen = tuple(each for fault in faults for each in ([fault] if isinstance(fault, Fault) else parse(fault)))
        with self._lock:
            self._faults = chosen
            self._seen, self._struck = [0] * len(chosen), [0] * len(chosen)

    @property
    def met(self) -> tuple[Met, ...]:
        """What befell requests, in their order: the last ten thousand."""
        with self._lock:
            return tuple(self._met)

    def strike(self, method: str, path: str) -> list[Struck]:
        """What this request meets: any that only delay, and one other at the most."""
        with self._lock:
            found: list[Struck] = []
            for place, fault in enumerate(self._faults):
                if fault.fits(method, path) and (struck := self._drawn(place, fault, found)):
                    found.append(struck)
                    self._met.append(Met(method, path, fault.name))
                    self.counts[fault.name] += 1
            return found

    def _drawn(self, place: int, fault: Fault, found: list[Struck]) -> Struck | None:
        self._seen[place] += 1
        dice = Random(f"{self._seed}/{place}/{self._seen[place]}")  # noqa: S311 (to be drawn again, not to be secret)
        hit = dice.random() < fault.chance and self._seen[place] > fault.after
        over = fault.times is not None and self._struck[place] >= fault.times
        if not hit or over or (fault.name not in DELAYS and any(each.fault.name not in DELAYS for each in found)):
            return None
        self._struck[place] += 1
        return Struck(fault, dice)


@dataclass(frozen=True, slots=True)
class Kind:
    """What a fault does, and what its value is; without a `read` its value is its chance."""

    says: str
    example: str
    read: Callable[[str], float] | None = None


def _seconds(text: str) -> float:
    found = _SECONDS.fullmatch(text)
    if found is None:
        raise ValueError("a time such as 2s, 250ms or 1m")
    return float(found[1]) * _UNITS[found[2]]


def _status(text: str) -> float:
    if not re.fullmatch(r"[45]\d\d", text):
        raise ValueError("a status from 400 to 599")
    return int(text)


KINDS = {
    "latency": Kind("waits before anything is done", "latency=2s", _seconds),
    "slow-drip": Kind("answers in drops, all of them taking so long", "slow-drip=5s", _seconds),
    "drop-request": Kind("does nothing and closes the line", "drop-request=0.1"),
    "drop-response": Kind("acts, and closes the line without an answer", "drop-response=0.1"),
    "reset": Kind("resets the line (RST), without an answer", "reset=0.1"),
    "error": Kind("answers with that status and an OperationOutcome", "error=503:0.2:retry-after=1", _status),
    "conflict": Kind("answers a write with 409 or 412", "conflict=0.1"),
    "pending": Kind("says of an export that it is not ready", "pending=1:times=3:retry-after=1"),
    "truncate": Kind("acts, and closes the line in the middle of the answer", "truncate=0.1"),
    "garbage": Kind("answers 200 with something that is no FHIR", "garbage=0.1"),
}
DELAYS = frozenset({"latency", "slow-drip"})
HAS_ANSWER = frozenset({"error", "conflict", "pending"})
MEETS = {"conflict": ("writes",), "pending": ("GET", "/$export-status")}
"""What a fault is about, where nothing else is said."""
MAY_ACT = frozenset({"reset", "error", "conflict", "garbage"})


def parse(text: str) -> list[Fault]:
    """The faults of a text such as `drop-response=0.1,latency=2s:0.5`. Raises FhirMattersError."""
    return [_fault(each.strip()) for each in text.split(",")]


def described() -> list[str]:
    """A line for each fault that there is, and what may follow any of them."""
    parts = [
        ("…:0.2", "only so often, where the value is no chance already"),
        ("…:only=PUT:only=/Patient", "only there: a method, reads, writes, or a path below the base"),
        ("…:after=10:times=3", "only from the 11th such request on, and three times at the most"),
        ("…:acted", f"acts first: {', '.join(sorted(MAY_ACT))}"),
        ("…:retry-after=date", f"in seconds, as a date or absurd: {', '.join(sorted(HAS_ANSWER))}"),
    ]
    return [f"{example:<31} {says}" for example, says in [*((k.example, k.says) for k in KINDS.values()), *parts]]


def _fault(text: str) -> Fault:
    first, *parts = text.split(":")
    name, given, value = first.partition("=")
    kind = KINDS.get(name)
    if kind is None:
        raise _odd(f"There is no fault named {name!r}.")
    try:
        if kind.read is None:
            fault = Fault(name, chance=_chance(value) if given else 1.0)
        else:
            fault = Fault(name, kind.read(value))
        for part in parts:
            fault = _with(fault, part)
    except ValueError as error:
        raise _odd(f"The fault {text!r} cannot be read: expected {error}.") from None
    return replace(fault, only=fault.only or MEETS.get(name, ()))


def _with(fault: Fault, part: str) -> Fault:
    """The fault with one more part of its text; raises ValueError with what was expected."""
    name, given, value = part.partition("=")
    if not given and name[:1].isdigit() and KINDS[fault.name].read is not None:
        return replace(fault, chance=_chance(name))
    if part == "acted" and fault.name in MAY_ACT:
        return replace(fault, acted=True)
    if name == "retry-after" and fault.name in HAS_ANSWER:
        return replace(fault, retry_after=_retry_after(value))
    if name == "only":
        return replace(fault, only=(*fault.only, _filter(value)))
    if name == "after":
        return replace(fault, after=_count(name, value))
    if name == "times":
        return replace(fault, times=_count(name, value))
    raise ValueError(f"{_parts(fault.name)}, found {part!r}")


def _parts(name: str) -> str:
    """The parts that a fault may have after its value."""
    own = [
        *(["a chance such as 0.2"] if KINDS[name].read is not None else []),
        *(["acted"] if name in MAY_ACT else []),
        *(["retry-after=SECONDS|date|absurd"] if name in HAS_ANSWER else []),
    ]
    return ", ".join([*own, "only=METHOD|reads|writes|/PATH", "after=N", "times=N"])


def _chance(text: str) -> float:
    if not re.fullmatch(r"0(\.\d+)?|1(\.0+)?", text):
        raise ValueError("a chance from 0 to 1")
    return float(text)


def _count(name: str, text: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII):
        raise ValueError(f"a number of requests for {name}")
    return int(text)


def _retry_after(text: str) -> str:
    if text not in ("date", "absurd") and not re.fullmatch(r"\d{1,12}", text, re.ASCII):
        raise ValueError("whole seconds, date or absurd for retry-after")
    return text


def _filter(text: str) -> str:
    if text not in METHODS | {"reads", "writes"} and not text.startswith("/"):
        raise ValueError("a method such as PUT, reads, writes, or a path such as /Patient for only")
    return text


def _fits(only: str, method: str, path: str) -> bool:
    if only.startswith("/"):
        return path == only or path.startswith(only.rstrip("/") + "/") or only == "/"
    if only in METHODS:
        return method == only
    # A search by POST and an operation such as $validate change nothing.
    reads = method in ("GET", "HEAD") or path.rpartition("/")[2].startswith(("_search", "$", "%24"))
    return reads == (only == "reads")


def _odd(message: str) -> FhirMattersError:
    listed = "".join(f"\n  {line}" for line in described())
    return FhirMattersError(message, next_step=f"There are:{listed}")


def seeded(faults: Iterable[str], seed: int) -> Faults | None:
    """The faults that an option names, or None where it names none."""
    given = tuple(faults)
    return Faults(*given, seed=seed) if given else None
