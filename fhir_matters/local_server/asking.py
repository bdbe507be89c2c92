"""The form beside the pages: `/ask` for somebody new, `/people/ID/ask` for somebody who is here.

What is asked, and what becomes of the answers, is a skill (`skills.Ask`). Answers are written in the one transaction in
which it was looked whether the record is still as it was when the form was opened.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias
from urllib.parse import quote

from starlette.responses import Response

from fhir_matters.local_server import access, bundles
from fhir_matters.local_server.calls import Call
from fhir_matters.local_server.fields import fields
from fhir_matters.local_server.interactions import Done
from fhir_matters.local_server.operations import everything
from fhir_matters.local_server.refusals import RefusalError
from fhir_matters.local_server.skills import Ask, Opened, Sent, Sheet, Skills
from fhir_matters.local_server.store import Store, Version

Show: TypeAlias = Callable[[Sheet, int], Response]
Row: TypeAlias = tuple[str, list[str], Callable[[Call], Response], access.Need]
_MORE = "more:"


class Asking:
    """The handlers, over one store; `ask` is the skill, `show` makes an answer of a page."""

    def __init__(self, store: Store, skills: Skills, ask: Ask, show: Show) -> None:
        self._store, self._skills, self._ask, self._show = store, skills, ask, show
        self._secret = secrets.token_urlsafe(32)

    def rows(self) -> tuple[Row, ...]:
        """Each address with its methods, what answers it, and what its visitor has to be allowed."""
        return (
            ("/ask", ["GET"], self.opened, access.ALL_READ),
            ("/ask", ["POST"], self.sent, access.ALL_WRITE),
            ("/people/{id}/ask", ["GET"], self.opened, access.ALL_READ),
            ("/people/{id}/ask", ["POST"], self.sent, access.ALL_WRITE),
        )

    def opened(self, call: Call) -> Response:
        """The form, with what is on record of somebody who is here. Raises RefusalError: 404, 410."""
        found = self._ask(self._what_is_here(call), None)
        assert isinstance(found, Sheet), "nothing was sent"
        return self._show(found, 200)

    def sent(self, call: Call) -> Response:
        """Answers: written, and the person's page comes next; or the form again, with what is to be looked at.

        Raises RefusalError, and then nothing is written.
        """
        typed = fields(call.body, call.header("content-type") or "")
        given = dict(typed)
        with self._store.transaction():
            here = self._what_is_here(call)
            trusted = hmac.compare_digest(given.get("token", "").encode(), self._secret.encode())
            found = self._ask(here, Sent(typed, trusted=trusted, same=given.get("seen") == here.seen))
            if isinstance(found, Sheet):
                return self._show(found, 200 if given.get("do", "").startswith(_MORE) else 422)
            written = bundles.transaction(self._store, found, _nothing_asked, self._skills)
            person = here.person or _new_person(found, written)
        return Response(status_code=303, headers={"Location": f"/people/{quote(person, safe='')}"})

    def _what_is_here(self, call: Call) -> Opened:
        person = call.path.get("id")
        here = self._store.chosen(everything(self._store, person).seqs) if person else ()
        entries = [{"fullUrl": f"{call.base}/{each.type}/{each.id}", "resource": each.resource} for each in here]
        bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
        return Opened(person, bundle if person else None, _seen(here), self._secret)


def _seen(here: Sequence[Version]) -> str:
    """What stands for all that is here, in the versions that it has."""
    return hashlib.sha256("".join(f"{each.type}/{each.id}/{each.number}\n" for each in here).encode()).hexdigest()


def _nothing_asked(_url: str) -> Done:
    raise RefusalError(400, "invalid", "Answers to a form only write.")


def _new_person(sent: dict[str, Any], written: dict[str, Any]) -> str:
    """The id of the person who was made. Raises RefusalError (409) where there was one before."""
    for asked, answered in zip(sent["entry"], written["entry"], strict=True):
        if asked["request"]["url"] == "Patient":
            if answered["response"]["status"] != "201":
                break
            return str(answered["response"]["location"].split("/")[1])
    raise RefusalError(409, "conflict", "These answers were saved before.")
