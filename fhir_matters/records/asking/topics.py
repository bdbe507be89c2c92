"""What is asked, in its order: first what we need to know about somebody in order to best help them.

Nobody has to answer, and not to answer is an answer that is kept. A topic that nobody opens stays short: what more
could be asked shows once there is something to ask about.
"""

from __future__ import annotations

from typing import Any

from fhir_matters.records import codes
from fhir_matters.records.asking import expressions
from fhir_matters.records.asking.question import Options, Question
from fhir_matters.records.fit import REPLACEABLE
from fhir_matters.records.forms.entry import SOMEBODY

NO_ANSWER = Options(
    table="ANSWER",
    words=("declined to answer", "not now", "undecided", "not asked", "not appropriate", "unable to say"),
)
TALKED = Options(table="ANSWER", words=("talked", "declined", "not now", "not appropriate now"))
PLACES = Options(table="WISH", words=("home", "nursing home", "hospice", "hospital"))
YES_OR_NO = Options(table="WISH", words=("yes", "no"))
ROLES = Options(
    table="SOMEONE_ROLE", words=("speaks for me", "knows me best", "call first", "to be told", "not to be told")
)
DOMAINS = Options(table="PART_OF_LIFE", words=("techno-clinical", "psychological", "social", "spiritual"))
SAYABLE = ("conversations", "what_matters", "preferences", "choices", "plans")
STILL = Options(table="STILL", words=("stands", "differs", "mistaken"))
CHANGED = Options(table="STILL", words=("differs", "mistaken"))


def _asked(name: str, text: str, kind: Any = "text", **more: Any) -> Question:
    """A question whose answer goes to the field of its name, unless told otherwise."""
    return Question(**{"name": name, "text": text, "kind": kind, "field": name.replace("-", "_"), **more})


def _who(name: str, text: str, **more: Any) -> Question:
    return _asked(name, text, "string", names=SOMEBODY, **more)


def _group(name: str, text: str, *parts: Question, **more: Any) -> Question:
    return Question(**{"name": name, "text": text, "kind": "group", "parts": parts, **more})


def _list(name: str, text: str, *parts: Question, **more: Any) -> Question:
    return _group(name, text, *parts, **{"field": name, "repeats": True, **more})


def _rather_not(**more: Any) -> Question:
    return Question(name="answer", text="Or, if you would rather not:", kind="choice", options=NO_ANSWER, **more)


def _entries(name: str, section: str, text: str, *parts: Question, still: Options = CHANGED, **more: Any) -> Question:
    """A group for each part of a section: hidden beside it are its key, and the talk that it comes from."""
    hint = expressions.key(name) if "each" in more else ""
    key = _asked("key", "Kept under this name", "string", hidden=True, initial=hint)
    talk = _asked("in", "From this talk", "string", hidden=True, names=("conversations",))
    day = _asked("when", "Said on", "dateTime", hidden=True, initial=expressions.day(name) if "each" in more else "")
    again = _asked("still", "You said this before. Does it still stand?", "choice", options=still, after=("key",))
    asked = (key, talk, day, *parts, again) if section in REPLACEABLE else (key, *parts)
    return _list(name, text, *asked, keyed=True, **{**more, "field": section})


def _said(
    it: str, own: str, *conditions: Question, shown: tuple[str, ...] = ("words", "answer")
) -> tuple[Question, ...]:
    """What is asked about every statement: the words, why, whose they are, or that there is no answer."""
    return (
        _asked("words", own, initial=expressions.words(it)),
        _rather_not(field="answer", initial=expressions.answer(it)),
        _asked("why", "Why is that?", after=shown, initial=expressions.extension(it, codes.EXTENSION_WHY)),
        *conditions,
        _who("said-by", "Who says so, if not you?", after=shown, initial=expressions.speaker(it)),
    )


def _matters(name: str, text: str, kind: str, own: str = "In your own words") -> Question:
    each = expressions.statements(codes.SYSTEM_STATEMENT_KIND, kind)
    return _entries(name, "what_matters", text, *_said(name, own), still=STILL, each=each, fixed=(("kind", kind),))


def _wanted(name: str, text: str, kind: str, *before: Question) -> Question:
    """A preference, with the conditions on it; where there is no short answer to give, one that is there is kept."""

    def condition(part: str, asked: str, url: str, **more: Any) -> Question:
        return _asked(part, asked, "string", initial=expressions.extension(name, url), **more)

    short = () if before else (condition("wish", "In short", codes.EXTENSION_WISH, hidden=True),)
    shown = ("wish", "words", "answer")
    conditions = (
        condition("only-if", "Only if …", codes.EXTENSION_ONLY_IF, after=shown),
        condition("unless", "Unless …", codes.EXTENSION_UNLESS, after=shown),
        condition("how-firm", "How sure are you?", codes.EXTENSION_HOW_FIRM, after=shown),
    )
    parts = (*before, *short, *_said(name, "In your own words", *conditions, shown=shown))
    each = expressions.statements(codes.SYSTEM_PREFERENCE_KIND, kind)
    return _entries(name, "preferences", text, *parts, still=STILL, each=each, fixed=(("kind", kind),))


def _wish(of: str, text: str, options: Options) -> Question:
    return _asked("wish", text, "open-choice", options=options, initial=expressions.wish(of))


WELCOME = Question(
    name="welcome",
    kind="display",
    text="This is about you, before it is about any illness. Say as much or as little as you like, in your own "
    "words. Leave out what you want to leave out. You can change your mind at any time.",
)
PERSON = _group(
    "you",
    "Who are you?",
    _asked("name", "What is your name?", "string", initial=expressions.NAME),
    _asked(
        "called",
        "What would you like us to call you?",
        "string",
        field="likes_to_be_called",
        initial=expressions.CALLED,
    ),
    _asked("born", "When were you born?", "date", help="The year alone will do.", initial=expressions.BORN),
    _asked(
        "language",
        "Which language do you like to talk in?",
        "string",
        initial=expressions.LANGUAGE,
        help="As a code, so that computers know it too: en-GB, cy, fa, pl.",
    ),
    _asked("interpreter", "Would an interpreter help?", "boolean", initial=expressions.INTERPRETER),
    _asked(
        "communicates",
        "How do you like to be spoken with?",
        initial=expressions.COMMUNICATES,
        help="Hears better on the left. Glasses first. Give me time to finish.",
    ),
    _asked("face", "A picture of your face, as you want to be seen", "attachment"),
    _rather_not(),
    field="person",
)
MATTERS = (
    _matters("matters", "What do I need to know about you in order to best help you?", "what matters"),
    _matters("joy", "What gives you joy?", "joy"),
    _matters("laughter", "What makes you laugh?", "laughter"),
    _matters("worry", "What worries you?", "worry"),
    _matters("strength", "What are you good at? What carries you?", "strength"),
    _matters("belief", "Is there something that you believe in, or live by?", "belief"),
)
PEOPLE = _group(
    "people",
    "The people in your life",
    _matters("bonds", "Who matters to you?", "people", "What should we know about the two of you, or all of you?"),
    _entries(
        "someone",
        "people",
        "Someone who matters to you",
        _asked("name", "Their name", "string", initial=expressions.SOMEONE_NAME),
        _asked("who", "Or who it is, where a name is not the thing", "string", help="Bess, the dog. The choir."),
        _asked(
            "relation",
            "What are they to you?",
            "string",
            initial=expressions.SOMEONE_RELATION,
            help="My son. The neighbour who has a key.",
            after=("name", "who"),
        ),
        _asked("roles", "What do you want them to be?", "choice", options=ROLES, repeats=True, after=("name", "who")),
        _asked("does", "What do they do for you?", "string", after=("name", "who")),
        _asked("phone", "How can we ring them?", "string", initial=expressions.SOMEONE_PHONE, after=("name", "who")),
        _asked(
            "email", "How can we write to them?", "string", initial=expressions.SOMEONE_EMAIL, after=("name", "who")
        ),
        each=expressions.SOMEONES,
    ),
)
DAILY = (
    _matters("communication", "What helps us to understand each other?", "communication"),
    _matters("wellness", "What does a good day look like? And a bad one?", "wellness"),
    _matters("support", "How, and when, do you like to be helped?", "support"),
    _matters("unfinished", "Is there something that you still want to do, or to say?", "unfinished"),
    _matters("also", "What else is worth knowing about you?", "also worth knowing"),
)
WANTED = (
    _wanted("please", "Please do", "please do"),
    _wanted("avoid", "Please do not", "please do not"),
    _wanted("care", "What makes care good for you?", "care experience"),
    _wanted("where", "Where do you want to be looked after?", "place of care", _wish("where", "Where?", PLACES)),
    _wanted(
        "end",
        "Where would you want to be at the end of your life?",
        "place of death",
        _wish("end", "Where?", PLACES),
    ),
    _wanted(
        "treatment",
        "Is there a treatment that you want, or do not want?",
        "treatment",
        _asked("which", "Which one?", "string", field="treatment", initial=expressions.treatment("treatment")),
        _wish("treatment", "Do you want it?", YES_OR_NO),
    ),
    _wanted(
        "cpr",
        "If your heart stops: do you want us to try to start it again?",
        "cpr",
        _wish("cpr", "Do you want us to try?", YES_OR_NO),
    ),
)
_CONSIDERATIONS = _list(
    "considerations",
    "What speaks for it, or against it?",
    _asked("for", "This speaks for it"),
    _asked("against", "Or this speaks against it"),
    _asked("domain", "Which part of life is this about?", "choice", options=DOMAINS, after=("for", "against")),
    _group(
        "likelihood",
        "How likely is it?",
        _asked("words", "In words", "string"),
        _asked("low", "At least (0 to 1)", "decimal"),
        _asked("high", "At most (0 to 1)", "decimal"),
        _asked("over", "Within which time?", "string"),
        _asked("source", "Who says so, or where is it written?", "string"),
        field="likelihood",
        after=("for", "against"),
    ),
    _group(
        "weight",
        "What does it weigh for you?",
        _asked("words", "In your own words", "string"),
        _asked("number", "Or as a number", "decimal"),
        _asked("scale", "On which scale of yours?", "string"),
        field="weight",
        after=("for", "against"),
    ),
    _who("raised-by", "Who brought it up?", after=("for", "against")),
    _asked("tipped-it", "Is this what tipped it?", "boolean", after=("for", "against")),
)
CHOICES = _group(
    "choices",
    "Is there something to decide?",
    _entries(
        "choice",
        "choices",
        "A choice that you are weighing",
        _asked("question", "What is it about, as a question?", "string"),
        _who("weighed-by", "Whose choice is it, if not yours?", after=("question",)),
        _who("with-whom", "Who weighs it with you?", repeats=True, after=("question",)),
        _list(
            "options",
            "A way to go; leaving things as they are is always one",
            _asked("key", "Kept under this name", "string", hidden=True),
            _asked("what", "What would be done?", "string"),
            _asked("as-things-are", "Does this leave things as they are?", "boolean"),
            _CONSIDERATIONS,
            keyed=True,
            after=("question",),
        ),
        _group(
            "decided",
            "Have you decided?",
            _asked("option", "Which way?", "string", names=("options",)),
            _asked("none-of-these", "Is it none of these?", "boolean"),
            _asked("words", "In your own words"),
            _who("by", "Who decided?"),
            _who("together-with", "Together with whom?", repeats=True),
            field="decided",
            after=("question",),
        ),
        _list(
            "reservations",
            "Does anybody still wish it were otherwise?",
            _asked("words", "What do they wish?"),
            _who("by", "Who?"),
            after=("question",),
        ),
        _asked("look-again", "When shall we look at this again?", "date", after=("question",)),
    ),
    _rather_not(),
)
PLANS = _group(
    "plans",
    "If something happens",
    _entries(
        "plan",
        "plans",
        "If this happens, this is what we do",
        _asked("if", "If this happens …"),
        _asked("warning-signs", "How might we see it coming?", after=("if",)),
        _asked("at-home", "What do we do at home?", repeats=True, after=("if",)),
        _asked("in-hospital", "What do we do in hospital?", repeats=True, after=("if",)),
        _list(
            "medicines",
            "A medicine that is there, just in case",
            _asked("what", "What is it?", "string"),
            _asked("how", "How is it given, and how much?", "string"),
            _asked("where", "Where is it kept?", "string"),
            _who("given-by", "Who may give it?", repeats=True),
            after=("if",),
        ),
        _list(
            "kit",
            "Something else that is there, just in case",
            _asked("what", "What is it?", "string"),
            _asked("where", "Where is it kept?", "string"),
            after=("if",),
        ),
        _who("call-first", "Who do we call first?", after=("if",)),
        _who("then-call", "And then?", repeats=True, after=("if",)),
        _asked("not-this", "What should we not do?", after=("if",)),
        _who("agreed-by", "Who agreed to this?", repeats=True, after=("if",)),
        _asked("review-by", "By when shall we look at this again?", "date", after=("if",)),
    ),
    _rather_not(),
)
SHARING = _group(
    "sharing",
    "Is there something that is not for everybody's ears?",
    _entries(
        "kept",
        "sharing",
        "Something to be kept from somebody",
        _asked("what", "What is it? Say it as you said it above", "string", repeats=True, names=SAYABLE, needed=True),
        _who("not-with", "Who is not to be told?", repeats=True, after=("what",)),
        _who("only-with", "Or who alone may know?", repeats=True, after=("what",)),
        _asked("because", "Why?", after=("what",)),
        _asked("until", "Until when?", "date", after=("what",)),
    ),
    _rather_not(),
)
SHOWN = _group(
    "shown",
    "May we show your picture?",
    _group(
        "picture",
        "Your picture",
        _asked("allowed", "May it be shown?", "boolean"),
        _who("to", "Only to these people", repeats=True, after=("allowed",)),
        _asked("words", "In your own words", after=("allowed",)),
        _asked("until", "Until when?", "date", after=("allowed",)),
        field="face_showing",
    ),
    _rather_not(),
    field="person",
)
WRITING = _group(
    "writing",
    "For whoever writes this down",
    _entries(
        "talk",
        "conversations",
        "The talk",
        _asked("when", "When was it?", "dateTime"),
        _asked("minutes", "How many minutes did it take?", "integer"),
        _asked("where", "Where was it?", "string"),
        _who("with", "Who took part?", repeats=True),
        _asked("unnamed", "Who took part and left no name?", "string"),
        _asked("topic", "What was it about?", "string"),
        _asked("asked", "What was asked, word for word?"),
        _asked("answer", "Did they talk?", "choice", options=TALKED),
        _asked("left-with-them", "What was left with the person?", "string"),
    ),
    _entries(
        "colleague",
        "colleagues",
        "A professional, by name",
        _asked("name", "Their name", "string"),
        _asked("role", "What do they do?", "string"),
        _asked("team", "With which team?", "string"),
        _asked("does", "What do they do for this person?", "string"),
        _asked("phone", "How can we ring them?", "string"),
    ),
)
FORM = _group(
    "form",
    "What matters to you",
    WELCOME,
    PERSON,
    *MATTERS,
    PEOPLE,
    *DAILY,
    *WANTED,
    CHOICES,
    PLANS,
    SHARING,
    SHOWN,
    WRITING,
)
