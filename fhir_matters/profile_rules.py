"""What is wrong with profiles, what they ask, and other definitions, as rules. Rows are those of `rules.TABLE`."""

from __future__ import annotations

PROFILE_RULES = """\
FM501 error value elementdefinition-definitions.html#ElementDefinition.fixed_x_
    Not the fixed value
    The profile gives exactly one value. → Use it.
FM502 error value elementdefinition-definitions.html#ElementDefinition.pattern_x_
    Does not fit the pattern
    The profile gives what must at least be there. → Add it.
FM503 error structure profiling.html#slicing
    Required slice missing
    The profile asks for this slice. → Add it, with what tells it from the others.
FM504 error structure profiling.html#slicing
    Too many of a slice
    The profile allows fewer. → Take the surplus out.
FM505 error invalid profiling.html#slicing
    Not one of the closed slices
    The profile allows nothing else here. → Make it one of the slices.
FM506 error structure profiling.html#slicing
    Slices out of order
    The profile fixes their order. → Put them in order.
FM507 error structure profiling.html#slicing
    In two slices at once
    Nobody can tell which rules hold. → Make it belong to one.
FM508 warning structure profiling.html#discriminator undecided
    Cannot tell the slice
    What tells the slices apart cannot be evaluated here. → Check it with another tool.
FM509 error structure profiling.html
    Meets none of the profiles
    One of them must be met. → Validate against one of them to see why.
FM510 error invalid profiling.html
    Profile of another type
    A profile judges resources of its own type. → Correct the claim.
FM511 error processing profiling.html#discriminator undecided
    Slice of a profile that is not there
    What tells this slice from the others is in a profile that is not here. → Load its package.
FM512 error processing profiling.html#discriminator undecided
    Slice that nothing tells
    Its profile fixes nothing of what tells its slices apart. → Have the profile mended.
FM551 error structure extensibility.html
    No such extension
    HL7 has none of this name, or only known ones were asked for. → Correct the url, or load its package.
FM552 information structure extensibility.html undecided
    Unknown extension
    It was not checked. → Load the package that defines it.
FM553 error structure defining-extensions.html#context
    Extension in a wrong place
    Its definition says where it may stand. → Move it.
FM554 information structure defining-extensions.html#context undecided
    Cannot tell the place of an extension
    Its context is an expression that was not evaluated. → Check it with another tool.
FM555 error structure extensibility.html#modifierExtension
    Modifier or not
    A modifier in `extension` is overlooked. → Move it to the other list.
FM556 error structure extensibility.html
    Value or parts
    A simple extension has a value, a complex one has parts (ext-1). → Keep what the definition asks for.
FM557 error structure extensibility.html
    Wrong value type
    The definition allows other types. → Use an allowed type.
FM558 error invalid extensibility.html#Extension
    Relative extension url
    Only parts of a complex extension have a bare name. → Write the absolute url.
FM559 warning structure extensibility.html#modifierExtension undecided
    Unknown modifier extension
    It may change the meaning of everything around it. → Load the package that defines it.
FM560 error invalid extensibility.html
    Unknown part of an extension
    The extension defines no such part. → Correct the name.
FM561 error invalid references.html
    URL of an example
    It was asked that examples be told from the real thing. → Write the real URL.
FM562 error not-supported extensibility.html#extension
    Extension named after a type
    Its url is that of a type, which has no such element. → Write the url of an extension.
FM601 warning incomplete conformance-rules.html#constraints undecided
    Invariant that could not be evaluated
    It may be broken: its expression, or what it asks for, is beyond what is here. → Check it with another tool.
FM602 error invariant conformance-rules.html#constraints
    Invariant broken
    The definition says in an expression what must hold, and it does not. → Do what the message says.
FM701 warning not-found profiling.html undecided
    Claimed profile is not there
    Nothing was checked against it. → Load its package.
FM702 error not-found profiling.html
    Profile asked for is not there
    You asked for it, so its absence is no detail. → Load its package.
FM703 error structure profiling.html#snapshot undecided
    No snapshot
    None can be made without what the profile builds on. → Load the package of its base.
FM704 error not-supported structuredefinition.html undecided
    Definition not understood
    Nothing was checked against it. → Mend the definition.
FM706 error structure profiling.html undecided
    Profile of a profile is not there
    The profile builds on another that is not here. → Load its package.
FM707 information informational observation-vitalsigns.html
    Vital signs profile checked
    R4 asks every vital sign to meet its profile, claimed or not. → Claim the profile in meta.profile.
FM708 error timeout validation.html undecided
    Out of time
    What was not reached may be wrong, or not. → Give more seconds, or split what is large.
FM709 warning structure profiling.html#snapshot undecided
    Part of a profile not understood
    Its differential names what its base does not have. → Mend the profile.
FM710 error exception outcome.html undecided
    The check itself failed
    In a long run nothing else has to wait for it. → Validate this one by itself, and report what it says.
FM901 error invalid valueset.html
    A definition that cannot be meant
    Whoever uses it would select other codes, or none. → Correct what is named.
FM902 error business-rule conformance-module.html
    A definition or report that contradicts itself
    Parts that belong together say different things. → Correct one of them.
FM903 error exception valueset.html#compositions
    Expression of a filter not understood
    Nobody can evaluate it. → Correct the expression, or declare its parameter.
FM904 error required conceptmap.html
    A map of codes that do not exist
    What maps from or to a code that its system or value set has not maps nothing. → Correct the code.
FM911 error exception structuredefinition.html
    Profile that cannot be built
    Its differential names what its base or type cannot have. → Correct the path, the type or the slicing.
FM912 error value profiling.html
    Not as in the base
    A profile narrows what its base has, in the base's order. → Correct the path, the order or the value.
FM905 error required measurereport.html
    Score missing
    The measure is scored, so its report has a score. → Add the measureScore.
"""
