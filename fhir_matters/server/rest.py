"""The FHIR R4 interactions that this project needs, on any server (R4, RESTful API).

Every method returns plain dicts with exact numbers. Which server is lenient with what is not known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote, urlencode

from fhir_matters import jsonio
from fhir_matters.errors import Conflict, NotFhir, ServerError
from fhir_matters.server.addresses import led_to
from fhir_matters.server.connection import Answer, Connection

# HAPI answers a search from a cache of a minute unless told not to.
FRESH = {"Cache-Control": "no-cache"}
STRICT = {"Prefer": "handling=strict"}
# HAPI keeps each search for later pages, at twice the time, unless told not to; then there is one page alone.
ONE_PAGE = {"Cache-Control": "no-cache, no-store"}
# A page that brings nothing new is allowed; so many of them in a row are a server that pages for ever.
STALE_PAGES = 20

ESCAPED = str.maketrans({each: f"\\{each}" for each in "\\,|$"})

Parameters = Mapping[str, str] | Iterable[tuple[str, str]]


class Ready(NamedTuple):
    """A transaction as it goes over the wire, written before its turn comes, and how many entries it has."""

    data: bytes
    entries: int

    @classmethod
    def made(cls, bundle: Mapping[str, Any]) -> Ready:
        """The Bundle, written. Raises InputError where it cannot be JSON."""
        return cls(jsonio.write(bundle), len(bundle.get("entry", ())))


class Rest(Connection):
    """One FHIR server and what can be asked of it; errors as `Connection.request`."""

    def capabilities(self) -> dict[str, Any]:
        """The CapabilityStatement."""
        return self._wanted(self.request("GET", "metadata"), "CapabilityStatement")

    def read(self, kind: str, identity: str) -> dict[str, Any]:
        """The resource as it is now; ServerError with status 404 or 410 where there is none."""
        return self._wanted(self.request("GET", _path(kind, identity), headers=FRESH), kind)

    def version(self, place: str, number: str) -> dict[str, Any]:
        """The resource at this `Type/id` as it was in that version; ServerError with 404 or 410 where it is not."""
        kind, _, identity = place.partition("/")
        where = f"{_path(kind, identity)}/_history/{quote(number, safe='')}"
        return self._wanted(self.request("GET", where, headers=FRESH), kind)

    def search(self, kind: str, parameters: Parameters = (), *, strict: bool = False) -> Iterator[dict[str, Any]]:
        """Every match, and what was included with it, page after page, each once.

        `strict`: a server that does not know a parameter is to refuse (R4 RESTful API, 3.1.0.1.10), and one that says
        that it left one out is an error. Raises ServerError, after the matches, where the server says that there are
        more and names no page that has them.
        """
        asked = list(parameters.items() if isinstance(parameters, Mapping) else parameters)
        query = urlencode(asked, safe=",:/")
        names = [name for name, _ in asked] if strict else ()
        return self.pages(f"{kind}?{query}" if query else kind, names, counted=True)

    def few(self, kind: str, parameters: Parameters) -> Iterator[dict[str, Any]]:
        """Every match of a search that finds no more than commonly fit on one page; raises as `search`."""
        asked = list(parameters.items() if isinstance(parameters, Mapping) else parameters)
        return self.pages(f"{kind}?{urlencode(asked, safe=',:/')}", counted=True, few=True)

    def everything(self, patient: str) -> Iterator[dict[str, Any]]:
        """The patient, and all that the server knows of them (`Patient/$everything`)."""
        return self.pages(f"{_path('Patient', patient)}/$everything")

    def history(self, kind: str, identity: str) -> Iterator[dict[str, Any]]:
        """The versions of one resource, newest first; deleted ones are left out."""
        for bundle in self._bundles(f"{_path(kind, identity)}/_history"):
            yield from (entry["resource"] for entry in _entries(bundle) if "resource" in entry)

    def pages(
        self, where: str, asked: Sequence[str] = (), *, counted: bool = False, few: bool = False
    ) -> Iterator[dict[str, Any]]:
        """The resources of a searchset and all its `next` pages, each once; outcomes are left out.

        `asked` are the parameters that the server must not pass over. Where they are `counted`, fewer than the `total`
        of the first page are an error, raised after them. A server need not be ready to page through a `few`.
        """
        seen: set[tuple[object, object]] = set()
        stale, total = 0, None
        for bundle in self._bundles(where, STRICT if asked else ONE_PAGE if few else {}):
            if total is None:
                self._heeded(bundle, asked)
            before = len(seen)
            total = bundle.get("total", 0) if total is None else total
            for resource in _matches(bundle):
                key = (resource.get("resourceType"), resource.get("id"))
                if key not in seen:
                    seen.add(key)
                    yield resource
            stale = stale + 1 if len(seen) == before else 0
            if stale >= STALE_PAGES:
                raise self._endless()
        if counted and isinstance(total, int) and len(seen) < total:
            raise self._kept_back(len(seen), total)

    def create(self, resource: Mapping[str, Any], if_none_exist: str | None = None) -> dict[str, Any]:
        """The resource as the server stored it, or the one that was there; Conflict where several match.

        `if_none_exist` is a query such as `identifier=system|value`. Servers disagree on whether they know it
        (HAPI #5651, Spark #520), so the same search is made first.
        """
        kind = str(resource["resourceType"])
        if if_none_exist is None:
            return self._stored(self.request("POST", kind, body=resource), resource)
        there = list(self.pages(f"{kind}?{if_none_exist}"))
        if len(there) > 1:
            raise Conflict(
                f"Several {kind} resources match the condition.",
                status=412,
                place=self.base,
                next_step="Say which one is meant, or merge them on the server.",
            )
        if there:
            return there[0]
        headers = {"If-None-Exist": if_none_exist}
        return self._stored(self.request("POST", kind, body=resource, headers=headers, repeatable=True), resource)

    def update(self, resource: Mapping[str, Any], if_match: str | None = None) -> dict[str, Any]:
        """The resource as the server stored it; Conflict where its version is no longer `if_match`."""
        headers = {} if if_match is None else {"If-Match": f'W/"{if_match}"'}
        where = _path(str(resource["resourceType"]), str(resource["id"]))
        return self._stored(self.request("PUT", where, body=resource, headers=headers), resource)

    def delete(self, kind: str, identity: str) -> None:
        """Nothing; what was not there is no error."""
        answer = self.ask("DELETE", _path(kind, identity))
        if not answer.ok and answer.status not in (404, 410):
            raise self.refused("DELETE", _path(kind, identity), answer)

    def transaction(self, bundle: Mapping[str, Any] | Ready, *, repeatable: bool = False) -> dict[str, Any]:
        """The transaction-response, or batch-response, with as many entries as were sent.

        It is sent once, unless it is `repeatable`: made of writes to known ids alone, say.
        """
        ready = bundle if isinstance(bundle, Ready) else Ready.made(bundle)
        answer = self.request("POST", "", body=ready.data, repeatable=repeatable)
        response = self._wanted(answer, "Bundle")
        if len(_entries(response)) != ready.entries:
            raise NotFhir(
                "The server answered a transaction with another number of entries.",
                place=self.base,
                next_step="Nobody knows what it took: run the same again, which looks first, and tell whoever runs it.",
            )
        return response

    def _stored(self, answer: Answer, sent: Mapping[str, Any]) -> dict[str, Any]:
        """What the server holds now, asked for where it answered a write without it."""
        if answer.resource is not None and answer.resource["resourceType"] == sent["resourceType"]:
            return answer.resource
        place = answer.headers.get("location", "").split("/_history/")[0].rsplit("/", 1)[-1]
        identity = place or str(sent.get("id", ""))
        if not identity:
            raise NotFhir(
                "The server did not say where it put the resource.",
                place=self.base,
                next_step="Give the resource an id of its own, or search for it there before you send it again.",
            )
        return self.read(str(sent["resourceType"]), identity)

    def _wanted(self, answer: Answer, kind: str) -> dict[str, Any]:
        if answer.resource is None or answer.resource["resourceType"] != kind:
            raise NotFhir(
                f"Expected a {kind} from the server, found something else.",
                status=answer.status,
                place=self.base,
                next_step="Check that the base address is that of a FHIR R4 server.",
            )
        return answer.resource

    def _heeded(self, bundle: Mapping[str, Any], asked: Sequence[str]) -> None:
        """The first page says what was searched for (R4 Search, 3.1.1.3): nothing that was asked may be missing."""
        link = _link(bundle, "self")
        if link is None:
            return
        said = {
            name.partition(":")[0]
            for name, _ in parse_qsl(link.partition("?")[2].partition("#")[0], keep_blank_values=True)
        }
        ignored = sorted({name.partition(":")[0] for name in asked if not name.startswith("_")} - said)
        if ignored:
            raise ServerError(
                f"The server searched without {', '.join(ignored)}, so it found what was not asked for.",
                place=self.base,
                next_step="Ask for something that it can search by: its CapabilityStatement says what.",
            )

    def _bundles(self, where: str, headers: Mapping[str, str] | None = None) -> Iterator[dict[str, Any]]:
        visited: set[str] = set()
        following: str | None = where
        while following:
            if following in visited:
                raise self._endless()
            if len(visited) == self.limits.pages:
                raise self._too_many()
            visited.add(following)
            bundle = self._wanted(self.request("GET", following, headers={**FRESH, **(headers or {})}), "Bundle")
            yield bundle
            following = _next_link(bundle, self.base)

    def _too_many(self) -> ServerError:
        return ServerError(
            f"The server's answer has more than {self.limits.pages:,} pages; it may have no end.",
            place=self.base,
            next_step="Ask for less at once, or raise the limit `pages`.",
        )

    def _kept_back(self, given: int, total: int) -> ServerError:
        return ServerError(
            f"The server found {total:,} resources, gave {given:,}, and named no page with the others.",
            place=self.base,
            next_step="Try again; if it stays so, the server cannot page, and nothing can be moved from it whole.",
        )

    def _endless(self) -> ServerError:
        return ServerError(
            "The server's pages have no end: its `next` links lead round in circles.",
            place=self.base,
            next_step="Ask for less at once, or report it to whoever runs the server.",
        )


def token(system: str, value: str) -> str:
    r"""A search token, with `\`, `,`, `|` and `$` escaped (R4 Search, 3.1.1.4.0.1), not yet for a URL."""
    return "|".join(part.translate(ESCAPED) for part in (system, value))


def _path(kind: str, identity: str) -> str:
    return f"{quote(kind, safe='')}/{quote(identity, safe='')}"


def _entries(bundle: Mapping[str, Any]) -> list[dict[str, Any]]:
    entries = bundle.get("entry")
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def _matches(bundle: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for entry in _entries(bundle):
        search, resource = entry.get("search"), entry.get("resource")
        mode = search.get("mode") if isinstance(search, dict) else None
        if isinstance(resource, dict) and mode != "outcome":
            yield resource


def _next_link(bundle: Mapping[str, Any], base: str) -> str | None:
    link = _link(bundle, "next")
    return led_to(f"{base}/", link) if link is not None else None


def _link(bundle: Mapping[str, Any], relation: str) -> str | None:
    links = bundle.get("link")
    for link in links if isinstance(links, list) else ():
        if isinstance(link, dict) and link.get("relation") == relation and isinstance(link.get("url"), str):
            return str(link["url"])
    return None
