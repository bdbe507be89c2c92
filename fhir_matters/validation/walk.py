"""Plans turned once into closures, one visit for each element: shape first, children next, what is said of it last.

What a rule says lives in the files of the rule families; here is only how they are put together. A visit is
compiled when data first reaches it, and kept.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Any

from fhir_matters.errors import DefinitionsError
from fhir_matters.terminology import Terminology
from fhir_matters.validation import (
    addresses,
    aggregation,
    bindings,
    extensions,
    fields,
    ids,
    invariants,
    languages,
    order,
    primitives,
    profiles,
    references,
    remembered,
    scalars,
    shape,
    special,
    systems,
    tongues,
    values,
)
from fhir_matters.validation.plan import Element, Profile
from fhir_matters.validation.plans import Plans
from fhir_matters.validation.policy import Policy
from fhir_matters.validation.questions import Forms
from fhir_matters.validation.shape import Check, Handler
from fhir_matters.validation.visits import RESOURCES, Addresses, Compiler, Elements, Lazy, Made, Visit, in_turn

MOST_KEPT = 2048


class Walk:
    """All visits of one validator. May be shared by threads: compiling twice is harmless."""

    def __init__(
        self,
        plans: Plans,
        terminology: Terminology,
        forms: Forms,
        resource: Callable[[Compiler, Elements, str], Visit],
        policy: Policy,
        *,
        defined: Addresses,
    ) -> None:
        self.plans = plans
        self.defined = defined
        self.policy = policy
        self.terminology = terminology
        self.forms = forms
        self._resource = resource
        self._items: dict[tuple[Elements, str], Lazy] = {}
        self._nodes: dict[tuple[Elements, Elements], Lazy] = {}
        self._kept: dict[Hashable, Any] = {}
        self.ways: dict[Hashable, Any] = {}

    def item(self, said: Elements, code: str) -> Lazy:
        """The visit of one value of type `code`, of which the elements `said` all speak; the first is the base's."""
        key = (said, code)
        if key not in self._items:
            self._items[key] = item = Lazy(lambda: self._compile_item(said, code, item))
        return self._items[key]

    def node(self, root: Element, overlays: Elements, said: Elements = ()) -> Lazy:
        """The visit of an object: the children of `root` are its fields, `overlays` say more about them."""
        overlays = _besides(root, overlays)
        key = ((root, *overlays), said)
        if key not in self._nodes:
            self._nodes[key] = Lazy(lambda: self._compile_node(root, overlays, said))
        return self._nodes[key]

    def element(self, said: Elements) -> Lazy:
        """The visit of what stands beside a primitive value (`_birthDate`): its id and extensions."""
        plan = self.plans.type("Element")
        if plan is None:
            raise DefinitionsError("R4's Element is not among the definitions.")
        return self.node(plan.root, tuple(each for each in said if "extension" in each.children), said)

    def structure(self, said: Elements, code: str, more: Elements = ()) -> Visit:
        """The visit of a complex value with everything that is said about it, and the overlays `more`."""
        referred = tuple(filter(None, map(self.plans.content, said)))
        root = next((each for each in (*referred[:1], said[0]) if each.children), None) or self._root(code)
        if root is None:
            return profiles.reporter("FM704", code)
        roots, problems = profiles.overlays(self, said, code)
        sound = [*special.checks(code, self.policy.options), *self._value_checks(said, code), *problems]
        overlays = _besides(root, (*profiles.known(self, said, code), *referred, *roots, *more))
        whole = self._compile_node(root, overlays, said, sound)
        visit = in_turn((whole, *systems.checks(self, said, code)))
        return remembered.remembering(visit, code) if self._says_all(code, (*said, *roots)) else visit

    def _repeats(self, code: str, path: str) -> bool:
        """True for texts that come again and again, where what is found about one depends on nothing around it.

        Whether an address in an extension has to lead somewhere depends on the extension (`addresses`).
        """
        led = self.policy.options.complete and code in addresses.URIS and path == "Extension.value[x]"
        return code in primitives.REPEATED and self.terminology.elsewhere is None and not led

    def _says_all(self, code: str, said: Elements) -> bool:
        """True where what is found about a value depends on nothing around it, and on no server."""
        return code in remembered.SAID and self.terminology.elsewhere is None and not invariants.of(said)

    def resource(self, said: Elements, code: str) -> Visit:
        """The visit of a resource inside another one."""
        return self._resource(self, said, code)

    def kept(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What was made for the key before, or is made now; kept as long as there is not too much of it."""
        found: Made | None = self._kept.get(key)
        if found is None:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            found = self._kept[key] = make()
        return found

    def conforms(self, profile: Profile) -> Lazy:
        """The visit of a whole resource or value against its type and this one profile."""
        root = self._root(profile.type)
        return self.node(root or profile.root, self.plans.roots(profile))

    def _compile_item(self, said: Elements, code: str, item: Lazy) -> Visit:
        if code in primitives.NAMES:
            checks = [*special.checks(code, self.policy.options), *self._value_checks(said, code)]
            path = said[0].path
            repeats = self._repeats(code, path)
            return scalars.value(code, checks, item, repeats=repeats, owner=path.rpartition(".")[0])
        if code in RESOURCES or self._is_resource(code):
            return self.resource(said, code)
        if code == "Extension":
            return extensions.dispatch(self, said)
        return self.structure(said, code)

    def _value_checks(self, said: Elements, code: str) -> Iterator[Visit]:
        yield from values.checks(said)
        yield from ids.checks(said, code)
        yield from tongues.checks(self.terminology, bindings.checks(self.terminology, said, code), said, code)
        yield from addresses.checks(self, said, code)
        if code == "Narrative":
            yield from languages.checks(said)
        if code == "Reference":
            yield from references.checks(self, said)
            yield from aggregation.checks(said)

    def _root(self, code: str) -> Element | None:
        plan = self.plans.type(code)
        return plan.root if plan is not None else None

    def _is_resource(self, code: str) -> bool:
        plan = self.plans.type(code)
        return plan is not None and plan.kind == "resource"

    def _compile_node(self, root: Element, overlays: Elements, said: Elements, sound: Iterable[Visit] = ()) -> Visit:
        handlers: dict[str, Handler] = {}
        checks: list[Check] = []
        for name, base in root.children.items():
            spoken = (base, *(each.children[name] for each in overlays if name in each.children))
            field = fields.field(self, spoken)
            handlers.update(field.handlers)
            checks += field.checks
        checks += [profiles.doubtful(each) for each in overlays if each.doubts]
        # A profile of a data type (`SimpleQuantity`) stands for the type itself, which tells it already.
        checks += order.checks(tuple(each for each in overlays if "." in each.path or self._is_resource(each.path)))
        last = invariants.visit(self, invariants.of((root, *overlays, *said)), root.path)
        return shape.visit(root, handlers, checks if last is None else [*checks, last], sound)


def _besides(root: Element, overlays: Elements) -> Elements:
    return tuple(dict.fromkeys(each for each in overlays if each is not root))
