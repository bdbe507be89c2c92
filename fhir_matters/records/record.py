"""A whole record: read from a file and written to one, its parts checked against each other, built into FHIR."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from fhir_matters import doors
from fhir_matters.errors import RecordError, WrongArgument
from fhir_matters.files import write_whole
from fhir_matters.instead import instead
from fhir_matters.records import build, fit, notation, privacy, wording
from fhir_matters.records.documents import DocumentKind, document
from fhir_matters.records.forms import Parts
from fhir_matters.records.forms.attachment import Attachment, AttachmentFile, Picture
from fhir_matters.records.refers import Place


@instead(
    from_file="Record.load(path)",
    from_yaml="Record.loads(text)",
    from_json="Record.loads(text)",
    from_dict="Record.model_validate(data), for the data of a record file; fhir_matters.read(bundle) for FHIR",
    from_bundle="fhir_matters.read(bundle)",
    from_fhir="fhir_matters.read(bundle)",
    to_bundle="bundle()",
    to_fhir="bundle()",
    to_json="dump('json')",
    to_yaml="dump()",
    to_dict="bundle() for FHIR, model_dump() for the data of a record file",
    write="save(path)",
    to_html="fhir_matters.notebook.shown(record)",
)
class Record(Parts):
    """One person, those around them, the conversations, and what came out of them: parts that fit each other.

    Made from forms, or from a file by `load` and `loads`; those raise RecordError, whose `problems` say in plain
    words what is wrong and where. Made in Python, pydantic's ValidationError says the same.
    """

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        found = list(fit.problems(self))
        if found:
            raise ValidationError.from_exception_data(type(self).__name__, [_detail(problem) for problem in found])
        for section, forms in fit.without_echo(self).items():
            self.__dict__[section] = forms
        return self

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """The record in a YAML or JSON file; a face in a file beside it is carried along.

        Raises RecordError with the place of every mistake.
        """
        file = Path(path)
        try:
            with file.open("rb") as opened:
                text = opened.read(notation.LARGEST + 1)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "no such name"
            raise RecordError(f"cannot be read: {reason}.", place=str(path)) from None
        return cls._read(text, str(path), file.parent)

    @classmethod
    def loads(cls, text: str | bytes) -> Self:
        """The record in the text of a YAML or JSON file.

        Raises RecordError as `load` does, WrongArgument for what is no text.
        """
        if not isinstance(text, (str, bytes)):
            raise WrongArgument(
                f"Expected the text of a record file, found a {type(text).__name__}.",
                next_step="Its data as a dict is for Record.model_validate(data), FHIR for fhir_matters.read(bundle).",
            )
        return cls._read(text, "", None)

    @classmethod
    def _read(cls, text: str | bytes, source: str, folder: Path | None) -> Self:
        try:
            found = notation.read(text)
        except RecordError as error:
            place = ":".join(filter(None, (source, error.place)))
            raise RecordError(error.message, place=place, next_step=error.next_step) from None
        if isinstance(found.data, dict) and "resourceType" in found.data:
            raise RecordError(
                "This is FHIR, and no record file.", place=source, next_step="Read it with fhir_matters.read(bundle)."
            )
        problems = list(_files_carried(found.data, folder))
        try:
            record = None if problems else cls.model_validate(found.data)
        except ValidationError as error:
            problems = list(wording.problems(cls, error))
        if problems or record is None:
            raise _wrong(source, found, problems)
        return record

    def save(self, path: str | Path) -> None:
        """Write the record to a file, whole or not at all: JSON if it is called so, else YAML."""
        kind: Literal["json", "yaml"] = "json" if str(path).lower().endswith(".json") else "yaml"
        write_whole(Path(path), self.dump(kind))

    def dump(self, kind: Literal["json", "yaml"] = "yaml") -> bytes:
        """The record as the text of a file, in UTF-8; `loads` gives the same record again."""
        data = _plain(self.model_dump(mode="python", exclude_defaults=True))
        return notation.write_json(data) if kind == "json" else notation.write_yaml(data)

    def bundle(
        self, kind: build.BundleKind = "collection", *, reader: str | None = "person", today: date | None = None
    ) -> dict[str, Any]:
        """The record as a FHIR R4 Bundle: a plain dict with exact numbers, the same every time.

        It is the whole record, with security labels on what is kept from somebody. For another `reader`, by key, what
        is kept from them is left out; None is anybody. `today` is the day by which wishes have ended: this very day,
        if none is given. Raises RecordError for a reader as `for_reader` does.
        """
        if reader == "person":
            return build.bundle(self, kind)
        day = today or datetime.now(UTC).astimezone().date()
        return build.bundle(privacy.for_reader(self, reader, today=day), kind)

    def models(self) -> list[BaseModel]:
        """The record's resources as models of fhir.resources.R4B, in the order of its bundle.

        `fhir_matters.models.model_of(record.bundle())` is the bundle itself as one. Raises FhirMattersError with every
        place that R4B, which is not quite R4, cannot hold.
        """
        found: list[BaseModel] = doors.through("models_of")(self)
        return found

    @classmethod
    def from_models(cls, models: BaseModel | Iterable[BaseModel]) -> Record:
        """The record in models of fhir.resources.R4B: a Bundle, several resources or one, as `read` has it.

        Raises FhirMattersError for models of another version and for what R4 does not know, RecordError as `read`.
        """
        found: Record = doors.through("record_of_models")(models)
        return found

    def document(
        self,
        kind: DocumentKind = "own",
        *,
        date: str,
        author: str = "person",
        custodian: str | None = None,
        reader: str | None = None,
    ) -> dict[str, Any]:
        """The record as one FHIR R4 document that travels alone, of what stands on that day: see `documents`.

        `kind` is own, ips (International Patient Summary) or adi (advance directive); `author` is the key of the one
        who answers for it, `custodian` the name of the organisation that keeps it. What is kept from the `reader` is
        left out: from anybody, if none is given. Raises RecordError, with what is lacking, where the record cannot be
        such a document.
        """
        return document(self, kind, date=date, author=author, custodian=custodian, reader=reader)

    @classmethod
    def schema(cls) -> dict[str, Any]:  # type: ignore[override]  # pydantic's own `schema` is deprecated
        """The JSON Schema of the record file, for editors."""
        found = cls.model_json_schema(by_alias=True, mode="validation")
        about = (cls.__doc__ or "").partition("\n")[0]  # the rest is about Python
        return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found, "description": about}

    def _repr_html_(self) -> str:
        """The page of the record in a notebook, as anybody may see it."""
        html: str = doors.through("record_html")(self)
        return html

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        # IPython saves this beside the page; a repr would hold all that is kept from anyone, and the face's bytes.
        printer.text(f"<Record of one person: {len(self.conversations)} conversations, {len(self.choices)} choices>")


def record_of_parts(parts: dict[str, Any], otherwise: str) -> Record:
    """The record that is made of these parts; RecordError with every mistake, under the words `otherwise`."""
    try:
        return Record.model_validate(parts)
    except ValidationError as error:
        found = wording.problems(Record, error)
        raise RecordError(otherwise, problems=tuple(_dotted(p.place) + p.message for p in found)) from None


def _detail(problem: fit.Problem) -> InitErrorDetails:
    message = problem.message.replace("{", "{{").replace("}", "}}")
    return {"type": PydanticCustomError("form", message), "loc": problem.place, "input": None}


# Where a record file may name another file instead of carrying it.
_FILES: tuple[tuple[tuple[str, ...], type[Attachment]], ...] = (
    (("person", "face"), Picture),
    (("recordings", "*", "content"), Attachment),
    (("legal", "*", "document"), Attachment),
)


def _files_carried(data: Any, folder: Path | None) -> Iterator[fit.Problem]:
    """Puts each file in the place of its name; yields what was wrong with any."""
    if folder is None:
        return
    for pattern, kind in _FILES:
        for place, owner in _owners(data, pattern[:-1]):
            named = owner.get(pattern[-1])
            if isinstance(named, dict) and "file" in named:
                yield from _carry(owner, (*place, pattern[-1]), kind, folder)


def _owners(data: Any, steps: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """What stands at a place of the file, with `*` for every key, as far as it is there."""
    if not isinstance(data, dict):
        return
    if not steps:
        yield (), data
        return
    for key in list(data) if steps[0] == "*" else [steps[0]]:
        yield from (((key, *below), found) for below, found in _owners(data.get(key), steps[1:]))


def _carry(
    owner: dict[str, Any], place: tuple[str, ...], kind: type[Attachment], folder: Path
) -> Iterator[fit.Problem]:
    try:
        owner[place[-1]] = kind.from_file(AttachmentFile.model_validate(owner[place[-1]]), folder)
    except ValidationError as error:
        found = wording.problems(AttachmentFile, error)
        yield from (fit.Problem((*place, *problem.place), problem.message) for problem in found)
    except PydanticCustomError as error:
        yield fit.Problem((*place, "file"), error.message())


def _wrong(source: str, text: notation.Text, problems: Iterable[fit.Problem]) -> RecordError:
    """The error that a person reads: each mistake with its place, in the order of the file."""
    placed = sorted(((text.position(problem.place) or (1, 1), problem) for problem in problems), key=lambda p: p[0])
    lines = tuple(
        f"{':'.join(filter(None, (source, str(line), str(column))))} {_dotted(problem.place)}{problem.message}"
        for (line, column), problem in placed
    )
    count = "one mistake" if len(lines) == 1 else f"{len(lines)} mistakes"
    return RecordError(f"This record has {count}.", problems=lines, place=source)


def _dotted(place: Place) -> str:
    return ".".join(map(str, place)) + ": " if place else ""


def _plain(value: Any) -> Any:
    """Tuples as lists: a file knows no tuples."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value.model_dump() if isinstance(value, BaseModel) else value
