"""Carrying a plan out: transactions of bounded size, in the order of references, each of them repeatable.

Every write is a PUT to a known id, so sending one twice does no harm, whatever was lost in between. Where a
transaction fails, what is on the target decides what remains to be sent; where it is refused, its resources go
one by one (circles together), and each refusal is named. Whether anything arrived is not decided here.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, TypeAlias

from fhir_matters.errors import Conflict, NotFhir, ServerError, Unauthorised, Unreachable
from fhir_matters.server import attachments, meanwhile
from fhir_matters.server.ahead import Messenger
from fhir_matters.server.journal import Journal
from fhir_matters.server.order import portions
from fhir_matters.server.plan import Plan, Put, Step
from fhir_matters.server.receipt import Result
from fhir_matters.server.rest import Ready, Rest
from fhir_matters.server.shelf import Shelf
from fhir_matters.server.target import Progress, there

Response: TypeAlias = dict[str, Any]

TRIES = 3
SERVER_FAULT = 500
FAILED_CONDITION = 412  # it depends on what is there, and not on when it is asked


@dataclass(frozen=True, slots=True)
class Pace:
    """How much goes at once: resources and bytes in one transaction, and seconds before the first new try."""

    size: int = 100
    weight: int = 8 * 1024 * 1024
    pause: float = 0.5


@dataclass(frozen=True)
class _Portion:
    """Steps that go together, and the transaction that is to bring them."""

    circles: list[list[Step]]
    transaction: Ready

    @property
    def steps(self) -> list[Step]:
        return list(chain.from_iterable(self.circles))


@dataclass
class _Writer:
    plan: Plan
    server: Rest
    journal: Journal
    pace: Pace

    def portion(self, portion: _Portion, answer: Callable[[], Response]) -> None:
        """Everything in the portion is written, or named in `refused`."""
        circles = portion.circles
        try:
            self.together(portion.steps, answer)
        except _Refused as refusal:
            if len(circles) == 1:
                self.name(circles[0], refusal.error)
                return
            self.one_by_one(circles)

    def one_by_one(self, circles: list[list[Step]]) -> None:
        """Each circle alone; raises ServerError where a broken server fails with every one of them."""
        faults = []
        for circle in circles:
            try:
                self.together(circle)
            except _Refused as refusal:
                self.name(circle, refusal.error)
                faults.append(refusal.error)
        if len(faults) == len(circles) > 1 and all(fault.status >= SERVER_FAULT for fault in faults):
            raise faults[0]

    def name(self, steps: list[Step], error: ServerError) -> None:
        rows = [(step.item.number, *_unwritten(step, error)) for step in steps]
        self.plan.shelf.many("INSERT OR REPLACE INTO refused VALUES (?, ?, ?)", rows)

    def send(self, transaction: Ready) -> Response:
        return self.server.transaction(transaction, repeatable=True)

    def together(self, steps: list[Step], answer: Callable[[], Response] | None = None) -> None:
        """One transaction, tried again for what is not there yet after a fault that may pass.

        `answer` waits for what the server says where it is on its way already.
        """
        left = steps
        for attempt in range(TRIES):
            if not left:
                return
            try:
                response = answer() if answer and not attempt else self.send(self.transaction(left))
            except (Unreachable, Unauthorised):
                raise
            except ServerError as error:
                if attempt == TRIES - 1 or not _may_pass(error):
                    raise _Refused(error) from None
                if error.status != FAILED_CONDITION:
                    self.server.pause(self.pace.pause * 2**attempt)
                found = there(self.server, [step.place for step in left], surely=True)
                left = meanwhile.left(self.plan, self.server, left, found)
            else:
                self.written(left, response)
                return

    def written(self, steps: list[Step], response: Response) -> None:
        """It is in the journal; raises Conflict where it replaced what somebody else had just written."""
        puts = list(_puts(steps, response))
        self.journal.write((step.place, put) for step, put in zip(steps, puts, strict=True))
        meanwhile.give_back(self.plan, self.server, zip(steps, puts, strict=True))

    def ready(self, numbers: Sequence[int], portion: list[list[int]]) -> _Portion:
        """The portion, whose circles are places in `numbers`, and what is to be noted of it while the server writes."""
        several = [numbers[index] for circle in portion for index in circle]
        attachments.note(self.plan.source, several)
        steps = iter(self.plan.steps.made(several))
        circles = [list(islice(steps, len(circle))) for circle in portion]
        return _Portion(circles, self.transaction(chain.from_iterable(circles)))

    def transaction(self, steps: Iterable[Step]) -> Ready:
        entries = [self.entry(step) for step in steps]
        return Ready.made({"resourceType": "Bundle", "type": "transaction", "entry": entries})

    def entry(self, step: Step) -> dict[str, Any]:
        return {
            "fullUrl": f"{self.server.base}/{step.place}",
            "resource": self.plan.body(step.item),
            "request": {"method": "PUT", "url": step.place, **meanwhile.guard(self.plan, step)},
        }


class _Refused(Exception):
    def __init__(self, error: ServerError) -> None:
        super().__init__(error.message)
        self.error = error


def carry_out(
    plan: Plan, server: Rest, journal: Journal, *, pace: Pace | None = None, progress: Progress | None = None
) -> None:
    """Everything that the plan writes is written, or the server's refusal is on the plan's shelf.

    Raises Unreachable, Unauthorised, and ServerError where the server is broken: run again to go on from there.
    """
    pace = pace or Pace()
    writer = _Writer(plan, server, journal, pace)
    sql = f"SELECT number FROM step WHERE {WRITES} ORDER BY number"  # noqa: S608 (ours)
    numbers = array("q", (number for (number,) in plan.shelf.each(sql)))
    done = 0
    ready = (writer.ready(numbers, portion) for portion in _portions(plan.shelf, numbers, pace))
    with Messenger() as messenger:
        for portion, answer in messenger.in_turn(lambda each: writer.send(each.transaction), ready):
            writer.portion(portion, answer.result)
            done += len(portion.steps)
            if progress is not None:
                progress("write", done, len(numbers))
            del portion, answer  # before the next but one is made ready


WRITES = "action IN ('create', 'update')"


def _portions(shelf: Shelf, numbers: array[int], pace: Pace) -> Iterator[list[list[int]]]:
    beside, earlier = (_Edges(shelf, numbers, earlier=earlier) for earlier in (False, True))
    sql = f"SELECT weight FROM step JOIN item USING (number) WHERE {WRITES} ORDER BY number"  # noqa: S608 (ours)
    weights = array("q", (weight for (weight,) in shelf.each(sql)))
    return portions(beside, earlier, weights, pace.size, pace.weight)


class _Edges(Sequence[Sequence[int]]):
    """What each step that writes leads to among the others that write, by their places in `numbers`.

    Two rows of numbers, read once: where the edges of each begin, and where they lead to.
    """

    def __init__(self, shelf: Shelf, numbers: array[int], *, earlier: bool) -> None:
        self._begin, self._to = array("q", [0]), array("q")
        sql = "SELECT referrer, number FROM edge WHERE earlier = ? ORDER BY referrer"
        edges = shelf.each(sql, (earlier,))
        edge = next(edges, None)
        for number in numbers:
            while edge is not None and edge[0] <= number:
                place = bisect_left(numbers, edge[1])
                if edge[0] == number and place < len(numbers) and numbers[place] == edge[1]:
                    self._to.append(place)
                edge = next(edges, None)
            self._begin.append(len(self._to))

    def __len__(self) -> int:
        return len(self._begin) - 1

    def __getitem__(self, index: Any) -> Any:
        return self._to[self._begin[index] : self._begin[index + 1]]


def _puts(steps: list[Step], response: dict[str, Any]) -> Iterator[Put]:
    for step, entry in zip(steps, response["entry"], strict=True):
        answer = entry.get("response") if isinstance(entry, dict) else None
        said = answer if isinstance(answer, dict) else {}
        etag = str(said.get("etag", "")).removeprefix("W/").strip('"')
        yield Put(etag, step.item.sha256, str(said.get("status", "")))


def _unwritten(step: Step, error: ServerError) -> tuple[Result, str]:
    """What to call it: an update that found another version than the plan saw is a conflict."""
    if isinstance(error, Conflict) and step.action == "update":
        return "conflict", "Changed there while it was on its way; left as it is."
    return "refused", error.message


def _may_pass(error: ServerError) -> bool:
    return isinstance(error, (Conflict, NotFhir)) or error.status >= SERVER_FAULT
