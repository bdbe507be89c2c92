"""Generated forms: each with everything that it may have, and nothing that contradicts it."""

from __future__ import annotations

from functools import partial
from typing import Any

from hypothesis import strategies as st

from fhir_matters.records import forms
from tests.records.values import (
    choices_of,
    dates,
    faces,
    files,
    identifiers,
    keys,
    languages,
    made,
    maybe_words,
    moments,
    names,
    numbers,
    one_of,
    probabilities,
    some_of,
    words,
)

roles = (
    st.lists(choices_of(forms.Role), max_size=2, unique=True)
    .filter(lambda found: "not to be told" not in found or len(found) == 1 or "knows me best" in found)
    .map(tuple)
)
people = made(
    forms.Person,
    name=names,
    likes_to_be_called=maybe_words,
    born=st.none() | dates,
    gender=st.sampled_from([None, "male", "female", "other", "unknown"]),
    identifiers=identifiers.map(tuple),
    face=faces,
    language=st.none() | languages,
    interpreter=st.none() | st.booleans(),
    communicates=maybe_words,
    phone=maybe_words,
    email=maybe_words,
)
someones = made(
    lambda name, who, **rest: forms.Someone(name=name, who=None if name else who, **rest),
    name=st.none() | names,
    who=words,
    relation=maybe_words | st.sampled_from(["my son", "Wife"]),
    roles=roles,
    does=maybe_words,
    phone=maybe_words,
    email=maybe_words,
)
colleagues = made(
    forms.Colleague,
    name=st.none() | names,
    role=words,
    team=maybe_words,
    does=maybe_words,
    identifiers=identifiers.map(tuple),
    phone=maybe_words,
)


def _several(who: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(who, max_size=3).map(tuple)


def _written(who: st.SearchStrategy[str]) -> st.SearchStrategy[forms.WrittenDown | None]:
    def fitting(**found: Any) -> forms.WrittenDown:
        nothing = found["by"] is None and found["when"] is None and found["form"] is None
        return forms.WrittenDown(**{**found, **({"form": "About Me"} if nothing else {})})

    return st.none() | made(
        fitting, by=st.none() | who, when=st.none() | moments, on_behalf_of=maybe_words, form=maybe_words
    )


def _showing(who: st.SearchStrategy[str]) -> st.SearchStrategy[forms.Showing | None]:
    said = {"words": maybe_words, "said_by": who, "when": st.none() | moments}
    return (
        st.none()
        | made(forms.Showing, to=_several(who), until=st.none() | dates, **said)
        | made(partial(forms.Showing, allowed=False), **said)
    )


def person(who: st.SearchStrategy[str]) -> st.SearchStrategy[forms.Person]:
    return st.tuples(people, _showing(who)).map(lambda found: found[0].model_copy(update={"face_showing": found[1]}))


def recording(who, talks, before) -> st.SearchStrategy[forms.Recording]:
    return made(
        forms.Recording,
        content=files,
        shows=maybe_words,
        made_by=st.none() | who,
        showing=_showing(who),
        **entry(who, talks, before),
    )


def _ended(who) -> st.SearchStrategy[forms.Ended | None]:
    return st.none() | made(
        forms.Ended, when=st.sampled_from([None, "9999", "9999-12-31T14:00:00.5Z"]), by=st.none() | who, why=maybe_words
    )


def legal(who, talks, before, agents, rests) -> st.SearchStrategy[forms.LegalDecision]:
    """A decision with what its kind must have, and with whatever else it may have."""
    kinds = [
        {"kind": "cpr decision", "attempt_cpr": True},
        {"kind": "cpr decision", "attempt_cpr": False},
        {"kind": "refusal of treatment", "treatments": ("dialysis",), "even_if_life_at_risk": True},
        {"kind": "refusal of treatment", "treatments": ("ventilation", "tube feeding")},
    ]
    if agents:
        kinds += [{"kind": "healthcare agent", "agents": (agents[0],)}]
        kinds += [{"kind": "lasting power of attorney", "agents": tuple(agents)}]

    def fitting(own, ended, **rest):
        return forms.LegalDecision(**own, ended=None if rest["withdrawn"] else ended, **rest)

    return made(
        fitting,
        own=st.sampled_from(kinds),
        applies_when=maybe_words,
        powers=st.lists(words, max_size=2).map(tuple),
        made_by=who,
        agreed_by=_several(who),
        witnessed_by=st.lists(words, max_size=2).map(tuple),
        registered=st.none() | made(forms.Identifier, system=st.just("https://ids.example"), value=words),
        kept=maybe_words,
        document=st.none() | files,
        rests_on=some_of(rests),
        ended=_ended(who),
        **entry(who, talks, before),
        **standing(),
    )


def wishes(who: st.SearchStrategy[str], parts: list[str]) -> st.SearchStrategy[dict[str, forms.Sharing]]:
    """Wishes about what is kept from whom; none where there is nothing to keep."""
    some = st.lists(who, min_size=1, max_size=2).map(tuple)
    wish = made(
        lambda who, alone, **rest: forms.Sharing(
            **{"only_with" if alone or "person" in who else "not_with": who}, **rest
        ),
        what=st.lists(st.sampled_from(parts), min_size=1, max_size=2).map(tuple) if parts else st.nothing(),
        who=some,
        alone=st.booleans(),
        because=maybe_words,
        said_by=who,
        when=st.none() | moments,
        until=st.none() | dates,
        ended=st.booleans(),
    )
    named = st.sampled_from(["between-ourselves", "not-for-everybody"])  # too long to be the key of anything else
    return st.dictionaries(named, wish, max_size=2) if parts else st.just({})


def conversation(who: st.SearchStrategy[str]) -> st.SearchStrategy[forms.Conversation]:
    return made(
        forms.Conversation,
        when=moments,
        minutes=st.none() | st.integers(1, 600),
        where=maybe_words,
        present=_several(who),
        unnamed=maybe_words,
        topic=maybe_words,
        asked=maybe_words,
        answer=choices_of(forms.Conversation.model_fields["answer"].annotation),
        left_with_them=maybe_words,
        written_down=_written(who),
    )


def entry(
    who: st.SearchStrategy[str], talks: st.SearchStrategy[str | None], before: list[str]
) -> dict[str, st.SearchStrategy[Any]]:
    """What everything in a record carries."""
    return {
        "conversation": talks,
        "when": st.none() | moments,
        "written_down": _written(who),
        "replaces": one_of(before),
        "withdrawn": st.booleans(),
    }


def standing() -> dict[str, st.SearchStrategy[Any]]:
    """From when and until when something stands."""
    return {
        "valid_from": st.none() | st.just("2025-01"),
        "valid_until": st.none() | st.sampled_from(["2025-01-31", "2026", "2026-03-03T14:00:00.5Z"]),
        "review_by": st.none() | dates,
    }


def spoken(recordings: list[str]) -> dict[str, st.SearchStrategy[Any]]:
    """What words carry, besides themselves."""
    return {
        "why": maybe_words,
        "language": st.none() | languages,
        "translations": st.just({}) | st.dictionaries(languages, words, max_size=2),
        "medium": st.sampled_from([None, "spoken", "written", "filmed"]),
        "recording": one_of(recordings),
    }


def _said(who, talks, before, recordings) -> dict[str, st.SearchStrategy[Any]]:
    again = made(forms.SaidAgain, when=moments, by=st.none() | who, to=st.none() | who)
    return {
        **entry(who, talks, before),
        **spoken(recordings),
        **standing(),
        "answer": st.just("given") | choices_of(forms.Said.model_fields["answer"].annotation),
        "still_stands": st.lists(again, max_size=2).map(tuple),
    }


def statement(who, talks, before, recordings) -> st.SearchStrategy[forms.WhatMatters]:
    def fitting(**found):
        if found["words"] is None and found["answer"] == "given":
            found["words"] = "tea"
        if found["words"] is None:
            found["translations"] = {}
        return forms.WhatMatters(**found)

    kind = choices_of(forms.WhatMatters.model_fields["kind"].annotation)
    return made(fitting, words=maybe_words, said_by=who, kind=kind, **_said(who, talks, before, recordings))


def preference(who, talks, before, recordings) -> st.SearchStrategy[forms.Preference]:
    def fitting(**found):
        if found["kind"] != "treatment":
            found["treatment"] = None
        if found["answer"] != "given":
            found["wish"] = None
        elif found["words"] is None and found["wish"] is None:
            found["wish"] = "home"
        if found["words"] is None:
            found["translations"] = {}
        return forms.Preference(**found)

    wishes = st.sampled_from(["home", "Nursing Home", "hospice", "yes", "NO", "on the boat"])
    return made(
        fitting,
        kind=choices_of(forms.Preference.model_fields["kind"].annotation),
        words=maybe_words,
        said_by=st.none() | who,
        treatment=maybe_words,
        wish=maybe_words | wishes,
        only_if=maybe_words,
        unless=maybe_words,
        how_firm=maybe_words,
        **_said(who, talks, before, recordings),
    )


def _consideration(who: st.SearchStrategy[str]) -> st.SearchStrategy[forms.Consideration]:
    likelihoods = made(
        lambda low, high, **rest: forms.Likelihood(low=min(low, high), high=max(low, high), **rest),
        low=probabilities,
        high=probabilities,
        words=maybe_words,
        over=maybe_words,
        source=maybe_words | who,
    ) | made(forms.Likelihood, words=words)
    weights = made(forms.Weight, words=words) | made(forms.Weight, words=maybe_words, number=numbers, scale=words)
    return made(
        lambda way, said, **rest: forms.Consideration(**{way: said}, **rest),
        way=st.sampled_from(["for", "against"]),
        said=words,
        domain=choices_of(forms.Domain),
        likelihood=st.none() | likelihoods,
        weight=st.none() | weights,
        raised_by=st.none() | who,
        tipped_it=st.booleans(),
    )


@st.composite
def choice(draw, who, talks, rests, before) -> forms.WeighedChoice:
    option = made(
        forms.Option,
        what=words,
        as_things_are=st.booleans(),
        considerations=st.lists(_consideration(who), max_size=3).map(tuple),
    )
    options = draw(st.dictionaries(keys, option, min_size=1, max_size=3))
    decisions = made(
        lambda option, **rest: forms.Decision(option=option, none_of_these=option is None, **rest),
        option=st.none() | st.sampled_from(sorted(options)),
        words=words,
        decided_by=who,
        together_with=_several(who),
        when=st.none() | moments,
    )
    reservation = made(forms.Reservation, words=words, by=st.none() | who)
    return forms.WeighedChoice(
        question=draw(words),
        conversation=draw(talks),
        when=draw(st.none() | moments),
        weighed_by=draw(who),
        with_whom=draw(_several(who)),
        rests_on=tuple(draw(st.lists(st.sampled_from(rests), max_size=2))) if rests else (),
        options=options,
        decided=draw(st.none() | decisions),
        reservations=tuple(draw(st.lists(reservation, max_size=2))),
        look_again=draw(st.none() | dates),
        replaces=draw(one_of(before)),
        written_down=draw(_written(who)),
        withdrawn=draw(st.booleans()),
    )


coded = made(
    forms.Code,
    system=st.just("https://codes.example"),
    code=st.sampled_from(["1", "a b", "<&>", "ÄÖ"]),
    display=maybe_words,
)


def departure(who, rests, entry) -> st.SearchStrategy[forms.Departure]:
    protocols = made(
        forms.Protocol,
        name=words,
        code=st.none() | coded,
        source=st.sampled_from([None, "https://protocols.example/a?b=c"]),
    )
    whats = st.tuples(maybe_words, maybe_words).filter(any)
    return made(
        lambda whats, **rest: forms.Departure(left_out=whats[0], instead=whats[1], **rest),
        whats=whats,
        protocol=protocols,
        why=maybe_words,
        reason=choices_of(forms.Departure.model_fields["reason"].annotation),
        asked_by=st.none() | who,
        agreed_by=_several(who),
        start=st.sampled_from([None, "2025", "2025-01", "2025-01-31T12:00:00Z"]),
        until=st.sampled_from([None, "2025-01-31", "2026", "2026-03-03T14:00:00.5Z"]),
        rests_on=some_of(rests),
        **entry,
    )


def plan(who, rests, entry) -> st.SearchStrategy[forms.AnticipatoryPlan]:
    steps = st.lists(words, max_size=2).map(tuple)
    medicines = made(
        forms.Medicine, what=words, how=maybe_words, where=maybe_words, given_by=_several(who), code=st.none() | coded
    )
    return made(
        forms.AnticipatoryPlan,
        trigger=words,
        warning_signs=maybe_words,
        at_home=steps,
        in_hospital=steps,
        medicines=st.lists(medicines, max_size=2).map(tuple),
        kit=st.lists(made(forms.Kit, what=words, where=maybe_words), max_size=2).map(tuple),
        call_first=st.none() | who,
        then_call=_several(who),
        not_this=maybe_words,
        asked_by=st.none() | who,
        agreed_by=_several(who),
        valid_until=st.none() | moments,
        review_by=st.none() | dates,
        rests_on=some_of(rests),
        **entry,
    )


def outcome(who, judged, before, talks, recordings) -> st.SearchStrategy[forms.Outcome]:
    avoided = made(
        lambda what, words, **rest: forms.Avoided(
            what=what, words="a row" if what == "something else" and words is None else words, **rest
        ),
        what=choices_of(forms.Avoided.model_fields["what"].annotation),
        words=maybe_words,
        hours=st.none() | numbers.filter(lambda found: found >= 0),
        seen_by=st.none() | who,
    )

    def fitting(**found):
        if found["words"] is None:
            found["translations"] = {}
        return forms.Outcome(**found)

    return made(
        fitting,
        of=st.sampled_from(judged),
        honoured=choices_of(forms.Outcome.model_fields["honoured"].annotation),
        words=maybe_words,
        said_by=who,
        place=maybe_words | st.sampled_from(["home", "Nursing Home", "the boat"]),
        avoided=st.lists(avoided, max_size=2).map(tuple),
        **entry(who, talks, before),
        **spoken(recordings),
    )
