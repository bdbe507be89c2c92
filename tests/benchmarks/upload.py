"""The plainest upload there is, to be timed beside: `upload.py BASE SIZE FILES…`, NDJSON in transactions of SIZE.

What is referred to goes first, type by type, and no transaction holds two types: a condition is not looked for in the
transaction that it comes in. Every resource is a PUT to its own id. Nothing is asked before, nothing is read back, and
one failure ends it.
"""

from __future__ import annotations

import json
import sys
from http.client import HTTPConnection
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

ORDER = ("Organization", "Location", "Practitioner", "PractitionerRole", "Patient", "Device", "Encounter", "Condition")


def entry(line: bytes) -> bytes:
    """The text of the resource as it is, in an entry that writes it."""
    resource = json.loads(line)
    place = f"{resource['resourceType']}/{resource['id']}"
    return b'{"fullUrl":"urn:x:%b","resource":%b,"request":{"method":"PUT","url":"%b"}}' % (
        place.encode(),
        line,
        place.encode(),
    )


def main(base: str, size: str, *files: str) -> None:
    """Raises SystemExit where the server does not take it."""
    address = urlsplit(base)
    line = HTTPConnection(str(address.hostname), address.port, timeout=600)
    turns = sorted(
        map(Path, files), key=lambda file: [file.name.startswith(f"{each}.") for each in ORDER], reverse=True
    )
    for file in turns:
        lines = (each for each in file.read_bytes().splitlines() if each.strip())
        while portion := list(islice(lines, int(size))):
            body = b'{"resourceType":"Bundle","type":"transaction","entry":[%b]}' % b",".join(map(entry, portion))
            line.request("POST", address.path, body, {"Content-Type": "application/fhir+json"})
            answer = line.getresponse()
            told = answer.read()
            if answer.status != 200:
                sys.exit(f"{answer.status}: {told[:500]!r}")


if __name__ == "__main__":
    main(*sys.argv[1:])
