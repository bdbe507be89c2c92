"""References as far as they can be followed here: into `contained`, and to entries of the Bundle around."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, TypeVar

from fhir_matters.errors import DefinitionsError
from fhir_matters.fhirpath.model import core_model
from fhir_matters.validation.context import BundleScope, Context, Position, Scope
from fhir_matters.validation.plan import Profile
from fhir_matters.validation.policy import is_example
from fhir_matters.validation.visits import Compiler

T = TypeVar("T")
LITERAL = re.compile(r"(?:.*/)?([A-Z][A-Za-z]+)/[A-Za-z0-9\-.]{1,64}(?:/_history/[A-Za-z0-9\-.]{1,64})?(?:#.*)?")
# What most references are, told at a glance.
BARE = re.compile(r"([A-Z][A-Za-z]+)/[A-Za-z0-9\-.]{1,64}")
CONDITIONAL = re.compile(r"([A-Z][A-Za-z]+)\?")
RELATIVE = re.compile(r"[A-Za-z]+/[^/]+")
VERSION = re.compile(r"/_history/[^/]+$")
DEEPEST = 12
MOST_CLAIMS = 64


def target(reference: str, context: Context) -> dict[str, Any] | None:
    """The resource that the reference points to, where it is at hand; else None."""
    scope = context.scope
    if reference[:1] == "#":
        return fragment(reference[1:], scope.outer)
    found = near(reference, scope) if scope.bundle is not None or scope.around is not None else None
    if found is None and context.fetched is not None and LITERAL.fullmatch(reference):
        return context.fetched.get(reference)
    return found


def near(reference: str, scope: Scope) -> dict[str, Any] | None:
    """The resource that the reference means in the same Bundle or Parameters; else None."""
    found = _in_bundle(reference, scope, scope.bundle) if scope.bundle is not None else None
    if found is None and scope.around is not None:
        found = _in_parameters(reference, scope.around)
    return found


def lost(reference: str, context: Context) -> bool:
    """True where a resource was asked for and is nowhere; URLs of examples lead nowhere on purpose."""
    followed = LITERAL.fullmatch(reference) is not None and not reference.startswith("#")
    return followed and not is_example(reference) and target(reference, context) is None


def _in_parameters(reference: str, around: Scope) -> dict[str, Any] | None:
    """What is handed over together may refer to each other."""
    outside = around.resource
    listed = outside.get("parameter") if outside.get("resourceType") == "Parameters" else None
    inner = (each.get("resource") for each in listed if isinstance(each, dict)) if isinstance(listed, list) else ()
    found = (each for each in inner if isinstance(each, dict))
    return next((each for each in found if f"{each.get('resourceType')}/{each.get('id')}" == reference), None)


def _in_bundle(reference: str, scope: Scope, bundle: BundleScope) -> dict[str, Any] | None:
    return bundle.by_url.get(url_in(_plain(reference), scope.full_url))


def url_in(reference: str, full_url: str) -> str:
    """The URL that a reference in the entry `full_url` means; where that has a urn, Type/id means the urn of the id."""
    base, colon, _ = full_url.rpartition(":")
    if base.startswith("urn:") and RELATIVE.fullmatch(reference):
        return base + colon + reference.partition("/")[2]
    return url_at(reference, full_url)


def entry_around(scope: Scope) -> tuple[Position, bool] | None:
    """Where the entry that the scope is in stands, and whether it has a fullUrl; None outside of Bundles."""
    here: Scope | None = scope if scope.bundle is not None else None
    while here is not None and here.bundle is scope.bundle is not None:
        if id(here.resource) in scope.bundle.urls:
            return (here.position or (None,))[0], id(here.resource) not in scope.bundle.unaddressed
        here = here.around
    return None


def conditional(reference: str) -> bool:
    """True for `Type?`, whatever follows."""
    name, mark, _ = reference.partition("?")
    kind = core_model().find(name) if mark and name.isidentifier() else None
    return kind is not None and kind.is_a("Resource")


def _is_definition(name: str | None) -> bool:
    """Whether resources of this type are what packages define: an address of one need not be in the Bundle."""
    kind = core_model().find(name) if name else None
    return kind is not None and {"url", "publisher"} <= kind.by_key.keys()


def meant(reference: str, full_url: str, bundle: BundleScope) -> dict[str, Any] | None:
    """The resource of the first entry that a reference in the entry `full_url` means, or None (R4 Bundle, 2.36.4.1).

    A reference to a version means an entry that says that it is this one; a relative reference without a base means the
    one entry that has no fullUrl.

    So has the HL7 validator it between the entries of documents (`BaseValidator.resolveInBundle`).
    """
    url = url_at(reference, full_url)
    if ":" not in url and len(bundle.unaddressed) == 1:
        return next((each for each in bundle.in_order if id(each) in bundle.unaddressed), None)
    return bundle.by_url.get(url)


def url_at(reference: str, full_url: str) -> str:
    """The reference in the entry `full_url` as a URL; a relative one that has no base stays so."""
    named = reference.partition("#")[0]
    relative = ":" not in named and full_url.startswith("http")
    return f"{full_url.rsplit('/', 2)[0]}/{named}" if relative else named


def lost_in(reference: str, full_url: str, bundle: BundleScope) -> str | None:
    """Why a reference in the entry `full_url` means no one entry, as a message id of the HL7 validator; else None.

    Empty where nothing here could be meant.
    """
    if (url := url_at(reference, full_url)) in bundle.by_url:
        return "BUNDLE_BUNDLE_ENTRY_FOUND_MULTIPLE" if url in bundle.often else None
    if meant(reference, full_url, bundle) is not None:
        return None
    named = reference.partition("#")[0]
    kind, slash, rest = named.partition("/")
    if ":" in kind:
        return None if _is_definition(_spelt_type(named)) else ""
    if not slash or core_model().find(kind) is None:
        return None
    if f"{kind}/{rest.partition('/')[0]}" not in bundle.by_id:
        return ""
    based = full_url.startswith("http")
    return f"BUNDLE_BUNDLE_ENTRY_NOTFOUND_{'APPARENT' if based else 'CANNOT'}"


def _plain(reference: str) -> str:
    return VERSION.sub("", reference.partition("#")[0])


def fragment(name: str, container: dict[str, Any]) -> dict[str, Any] | None:
    """The contained resource of that id; the container itself for `#`."""
    if not name:
        return container
    contained = container.get("contained")
    found = (each for each in contained if isinstance(each, dict)) if isinstance(contained, list) else iter(())
    return next((each for each in found if each.get("id") == name and is_resource(each)), None)


def is_resource(value: dict[str, Any]) -> bool:
    """Whether what is contained says that it is of a type of resources; else it is nothing that can be referred to."""
    kind = value.get("resourceType")
    return kind is None or (isinstance(kind, str) and core_model().find(kind) is not None)


def target_type(reference: str, context: Context) -> str | None:
    """The type that the reference points to: told by the resource at hand or by the reference's own spelling."""
    return kind_of(target(reference, context), reference)


def remembered(make: Callable[[str], T]) -> Callable[[str], T]:
    """The same, remembering what came of short texts: `lru_cache` by itself holds on to whatever it was given."""
    known = lru_cache(4096)(make)
    return lambda text: known(text) if len(text) <= LONGEST_REMEMBERED else make(text)


LONGEST_REMEMBERED = 512


def kind_of(found: dict[str, Any] | None, reference: str) -> str | None:
    """The type of the resource that was found, or the one that the reference spells where there is none."""
    if found is None:
        bare = BARE.fullmatch(reference)
        return bare[1] if bare is not None else _spelt_type(reference)
    kind = found.get("resourceType")
    return kind if isinstance(kind, str) else None


@remembered
def _spelt_type(reference: str) -> str | None:
    match = CONDITIONAL.match(reference) or (None if ":" in reference[:4] else LITERAL.fullmatch(reference))
    return match.group(1) if match else None


def step(value: Any, context: Context) -> list[Any] | None:
    """`resolve()` in a discriminator path: the target, or None where it is not at hand."""
    reference = value.get("reference") if isinstance(value, dict) else value
    if not isinstance(reference, str):
        return []
    found = target(reference, context)
    return None if found is None else [found]


def type_at(value: Any, context: Context) -> str | None:
    """The type that a Reference points to, or None."""
    reference = value.get("reference") if isinstance(value, dict) else value
    return target_type(reference, context) if isinstance(reference, str) else None


def conforms(walk: Compiler, plan: Profile, value: Any, context: Context) -> bool | None:
    """Whether the resource or value meets the profile, None where it cannot be told; one being tried counts as met."""
    attempt = (id(value), plan.canonical)
    if isinstance(value, dict) and value.get("resourceType", plan.type) != plan.type:
        return False
    if attempt in context.trying or len(context.trying) > DEEPEST:
        return True
    if attempt not in context.tried:
        trial = context.apart()
        trial.trying |= {attempt}
        trial.scope = _surrounded(value, context)
        for each in (plan, *_claimed(walk, plan, value)):
            walk.conforms(each).run(value, trial, None)
        context.tried[attempt] = trial.verdict
    return context.tried[attempt]


def _claimed(walk: Compiler, plan: Profile, value: Any) -> Iterator[Profile]:
    """The profiles for its type that the resource claims, and those that a guide asks of all of its type.

    So the HL7 validator has it: what a reference leads to is judged as a whole (`InstanceValidator.start`).
    """
    meta = value.get("meta") if isinstance(value, dict) and "resourceType" in value else None
    claims = meta.get("profile") if isinstance(meta, dict) else None
    for name in (*(claims if isinstance(claims, list) else ())[:MOST_CLAIMS], *walk.plans.of_all(plan.type)):
        try:
            found = walk.plans.profile(name) if isinstance(name, str) else None
        except DefinitionsError:
            continue
        if found is not None and found.constraint and found.type == plan.type and found is not plan:
            yield found


def _surrounded(value: Any, context: Context) -> Scope:
    """What surrounds the thing itself: a resource elsewhere has contained resources and a fullUrl of its own."""
    scope = context.scope
    if not isinstance(value, dict) or "resourceType" not in value or value is scope.resource:
        return scope
    if context.fetched is not None and context.fetched.holds(value):
        return Scope(value)
    holder: Scope | None = scope if scope.container is None else scope.around
    inside = scope.outer.get("contained")
    if isinstance(inside, list) and any(value is each for each in inside):
        return Scope(value, scope.outer, scope.bundle, scope.full_url, None, holder)
    if scope.bundle is None or id(value) not in scope.bundle.urls:
        return scope if value is not scope.container else holder or scope
    while holder is not None and holder.resource.get("resourceType") != "Bundle":
        holder = holder.around
    return Scope(value, None, scope.bundle, scope.bundle.urls[id(value)], None, holder)
