"""One Python contender as a program of its own: `python -m tests.benchmarks.pace NAME FILE.ndjson [PACKAGE.tgz]…`.

Like the Java ones it says READY once it has judged the first resource; for each line in it answers how many seconds one
pass over the file took, and how many resources it calls invalid. Short passes are repeated, and the mean is told.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any, TypeAlias

# bytes of a resource → whether it is valid
Judge: TypeAlias = Callable[[bytes], bool]
LONG_ENOUGH = 0.25  # seconds


def parsing(packages: Sequence[Path]) -> Judge:  # noqa: ARG001 (needs none)
    """Exact parsing alone, as our validator reads."""
    from fhir_matters import jsonio  # noqa: PLC0415 (each process loads what it measures, nothing else)

    return lambda raw: jsonio.parse(raw) is not None


def ours(packages: Sequence[Path]) -> Judge:
    """Ours, with the definitions and the policies that the HL7 validator has beside it."""
    from tests.conformance.sides import alike  # noqa: PLC0415
    from tests.conftest import SHARED  # noqa: PLC0415

    validator = alike(SHARED, packages)
    return lambda raw: validator.validate(raw).ok


def fhir_resources(packages: Sequence[Path]) -> Judge:  # noqa: ARG001 (knows none)
    """fhir.resources: orjson, then its R4B models, for it has no R4."""
    import orjson  # noqa: PLC0415
    from fhir.resources.R4B import get_fhir_model_class  # noqa: PLC0415

    def judge(raw: bytes) -> bool:
        resource = orjson.loads(raw)
        try:
            get_fhir_model_class(resource["resourceType"]).model_validate(resource)
        except Exception:  # noqa: BLE001 (what it makes nothing of is not valid to it, whatever it raises)
            return False
        return True

    return judge


def pyrofile(packages: Sequence[Path]) -> Judge:
    """pyrofile-validator, its own engine, with R4 core and the packages."""
    from pyrofile_validator import Validator  # noqa: PLC0415 (may be absent)
    from pyrofile_validator.config import ValidatorConfig  # noqa: PLC0415

    from tests.java.packages import core  # noqa: PLC0415

    paths = [str(core()), *map(str, packages)]
    validator = Validator(ValidatorConfig.load_dict({"fhirVersion": "4.0.1", "localPackagePaths": paths}))
    return lambda raw: not validator.validate_resource(json.loads(raw)).errors


JUDGES: dict[str, Callable[[Sequence[Path]], Judge]] = {
    "parsing": parsing,
    "ours": ours,
    "fhir_resources": fhir_resources,
    "pyrofile": pyrofile,
}


def passed(judge: Judge, texts: Sequence[bytes]) -> dict[str, float]:
    """The mean seconds of as many passes as take long enough, and how many are invalid."""
    passes, start = 0, perf_counter()
    while True:
        invalid = sum(not judge(text) for text in texts)
        passes += 1
        if (seconds := perf_counter() - start) >= LONG_ENOUGH:
            return {"seconds": seconds / passes, "invalid": invalid}


def main(arguments: Sequence[str], requests: Any = sys.stdin) -> None:
    """Answers each line until they end."""
    out = sys.stdout
    with Path(os.devnull).open("w", encoding="utf-8") as sys.stdout:  # what the libraries print is no answer
        name, file, *packages = arguments
        texts = Path(file).read_bytes().splitlines()
        judge = JUDGES[name]([Path(each) for each in packages])
        judge(texts[0])
        print("READY", file=out, flush=True)
        for _ in requests:
            print(json.dumps(passed(judge, texts)), file=out, flush=True)
    sys.stdout = out


if __name__ == "__main__":
    main(sys.argv[1:])
