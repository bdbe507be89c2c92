"""Every rule that an issue may name: what it means, why it is there, and what to do. Checks nothing.

FM0xx reading · FM1xx shape · FM2xx primitive values · FM3xx codes · FM4xx references, contained, Bundles ·
FM5xx profiles, slices, extensions · FM6xx invariants · FM7xx what is not there to judge by · FM8xx what is missing
from a record of what matters · FM9xx definitions, and reports made by them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fhir_matters.advice import ADVICE
from fhir_matters.form_rules import FORM_RULES
from fhir_matters.issue import Severity
from fhir_matters.profile_rules import PROFILE_RULES

R4 = "http://hl7.org/fhir/R4/"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: `why` and `todo` are whole sentences, `spec` links the page of FHIR that it rests on.

    `undecided` rules say that something could not be judged.
    """

    code: str
    title: str
    severity: Severity
    issue_type: str
    why: str
    todo: str
    spec: str = ""
    undecided: bool = False


# A rule is three lines: code, severity, FHIR issue type, page of the specification and perhaps `undecided`;
# its title; why it is there → what to do.
TABLE = """\
FM001 fatal invalid json.html
    Not JSON, nor XML
    What is neither cannot be read at all. → Mend the text at the place given.
FM002 error invalid json.html
    The same key twice
    Readers differ in which of the two they keep, so one is lost. → Keep one of the two.
FM003 fatal invalid json.html
    Encoding or depth
    FHIR is UTF-8, and no resource is nested hundreds of levels deep. → Save as UTF-8; flatten what is nested.
FM004 fatal invalid json.html
    Not a resource
    A FHIR JSON document is one object. → Give one resource.
FM005 fatal invalid json.html
    No resourceType
    Without it nobody knows what the object is. → Add resourceType.
FM006 fatal structure resourcelist.html
    Unknown resource type
    R4 has no such resource. → Correct resourceType; mind upper and lower case.
FM007 error structure xml.html
    Wrong XML
    FHIR as XML has only elements of its namespace, in their order, and values in attributes. → Mend what is named.
FM009 error invalid xml.html
    Misplaced XML
    An element in another namespace, out of order or with nothing in it is not what it looks like. → Mend what is named.
FM008 error invalid json.html
    A slip in the JSON
    What one reader forgives another refuses. → Mend the comma, the quotes or the comment.
FM010 fatal exception http.html undecided
    Could not be read
    What is not there or breaks off was not checked. → Do what the message says, and validate again.
FM101 error structure json.html
    Unknown element
    Servers drop or refuse what FHIR does not know. → Correct the name, or use an extension.
FM102 error invalid json.html
    Array expected
    A repeating element is always an array, also with one item. → Put the value into [ ].
FM103 error invalid json.html
    Single value expected
    An element that does not repeat is no array. → Take the value out of the array.
FM104 error invalid json.html
    Object expected
    This element has fields of its own. → Give an object.
FM105 error invalid json.html
    Empty
    Objects and arrays are never empty (ele-1). → Leave the element out.
FM106 error invalid json.html#null
    Null
    null only fills a place in an array beside its `_name`. → Leave the element out.
FM107 warning structure json.html#null
    `_name` and `name` differ in length
    Items belong together by their place. → Fill the shorter array up with null.
FM108 error structure conformance-rules.html#cardinality
    Required element missing
    The definition says that it must be there. → Add it; if it is unknown, say so with an extension or code.
FM109 error structure conformance-rules.html#cardinality
    Too many, or not allowed
    The definition allows fewer, or none. → Take the surplus out.
FM110 error structure formats.html#choice
    More than one type of a choice
    value[x] is one value of one type. → Keep one.
FM111 error structure profiling.html
    Type not allowed by a profile
    The profile narrows the choice of types. → Use an allowed type.
FM112 error invalid elementdefinition.html
    Value missing
    The profile asks for the value itself, not for why it is absent. → Give the value.
FM113 error informational resource.html
    Resource type not allowed here
    The element takes other resources. → Use an allowed type.
FM114 error invalid json.html#primitive
    Value in the wrong place
    `_name` holds the id and the extensions of a value, and `name` the value. → Move it to `name`.
FM115 error not-supported profiling.html
    Field that the definition does not have
    The resource or value is judged along a definition for another type. → Claim a profile of its own type.
FM201 error invalid json.html#primitive
    Wrong JSON type
    Numbers and booleans are not in quotes, everything else is. → Change the quotes.
FM202 error invalid datatypes.html#primitive
    Wrong format
    The type has a format that every reader relies on. → Write it as expected.
FM203 error invalid datatypes.html#integer
    Number out of range
    Integers have 32 bits; some are never negative, or never zero. → Correct the number.
FM204 error invalid datatypes.html#date
    No such day
    The calendar has no such day. → Correct the date; leave the day out if it is unknown.
FM205 error invalid datatypes.html#string
    Too long
    Strings have at most 1 MB. → Use an Attachment or a Binary.
FM206 error too-long elementdefinition-definitions.html#ElementDefinition.maxLength
    Longer than the profile allows
    Readers may cut what is longer. → Shorten it.
FM207 error invalid datatypes.html#string
    Empty text
    An element without content is left out. → Leave the element out.
FM208 warning invalid datatypes.html#string
    Nothing but blanks
    Blanks say nothing to a reader. → Leave the element out.
FM209 error invalid references.html#canonical
    Relative canonical
    A canonical means the same thing everywhere. → Write the absolute URL.
FM210 error invalid elementdefinition-definitions.html#ElementDefinition.minValue_x_
    Beyond a limit of the profile
    The profile gives a smallest or greatest value. → Correct the value.
FM211 information informational elementdefinition-definitions.html#ElementDefinition.minValue_x_ undecided
    A limit that cannot be compared
    The two differ in unit or precision. → Check it yourself.
FM212 error invalid narrative.html#xhtml
    Narrative not well-formed
    A browser shows something else, or nothing. → Close every tag; write & as &amp;.
FM213 error invalid narrative.html#xhtml
    Narrative is no div
    Narrative is one div in the XHTML namespace. → Wrap it in the div.
FM214 error invalid narrative.html#security
    Not allowed in a narrative
    Scripts, forms and events are a danger to whoever reads it (txt-1). → Take it out.
FM215 error invariant narrative.html#id
    Empty narrative
    A reader sees nothing (txt-2). → Generate the text, or leave it out.
FM216 error invalid narrative.html#xhtml
    Link or picture that leads nowhere
    An empty or active link, or a #name that is not there, misleads the reader. → Correct the link.
FM217 error invalid references.html#canonical
    Address of nothing
    In HL7's own space everything has a definition, and this has none. → Correct the address, or load its package.
FM218 error invalid references.html#canonical
    Nothing of that id
    #id means something in the resource itself. → Correct the id, or contain what it names.
FM219 error business-rule resource.html#id
    Extension on the id of a resource
    The id is the resource's address, and an address has nothing beside it. → Take the extension away.
FM220 error invalid security.html
    HTML in a string
    You asked for strings without HTML, which a careless page would run. → Take the tags out.
FM225 error business-rule datatypes.html#Element
    The same id twice in a resource
    What refers to it could mean either. → Rename one.
FM221 error business-rule narrative.html
    Sections by language
    The profile says in which languages the narrative has sections. → Add the section, or take them out.
FM222 error structure datatypes.html#Attachment
    Not the size or hash of the data
    Who fetches the attachment tells by them whether it is whole. → Correct them, or leave them out.
FM223 error business-rule resource.html#Meta
    Security label twice
    Labels are a set. → Take one of the two out.
FM301 error code-invalid terminologies.html#required
    Code outside a required value set
    Only these codes are understood here. → Use a code of the value set.
FM302 warning code-invalid terminologies.html#required undecided
    Cannot tell a required code
    The value set needs content that is not here. → Load its package, or name a terminology server.
FM303 warning code-invalid terminologies.html#extensible
    Code outside an extensible value set
    One of these codes shall be used where one fits. → Use one, or keep yours if none fits.
FM304 information code-invalid terminologies.html#extensible undecided
    Cannot tell an extensible code
    The value set needs content that is not here. → Load its package, or name a terminology server.
FM305 error code-invalid terminologies.html#required
    No code where one is required
    Text alone is not enough under a required binding. → Add a code of the value set.
FM306 warning code-invalid terminologies.html#extensible
    No code where one is expected
    Software cannot read text alone. → Add a code of the value set if one fits.
FM307 error code-invalid terminologies.html
    No such code in its code system
    The code system is complete here, and has no such code. → Correct the code or its system.
FM308 error code-invalid datatypes.html#uri
    System is no absolute URI
    A relative system means something else on every server. → Write the system's own URI.
FM309 error code-invalid datatypes.html#identifier
    Identifier is no URI
    Its system says that the value is a URI. → Write it with its scheme, such as urn:oid: or urn:uuid:.
FM310 error invalid datatypes.html#Coding
    A display of another code
    People read the words and software the code: they must mean the same. → Use the code system's own words.
FM311 error not-found codesystem.html#supplements
    A supplement as system
    A supplement adds words to the codes of another system and has none of its own. → Name the system that it adds to.
FM312 error not-found datatypes.html#code
    A code of no system
    An element of type code names no system: the value set gives it, where it has the code. → Use one of its codes.
FM313 information not-supported terminology-service.html undecided
    The terminology server did not answer
    What it was to decide stays open. → Look whether the server runs, or try again later.
FM315 error code-invalid terminologies.html#system
    System that is none
    A code means something only in its system, whose URI its owner chose. → Use that URI.
FM316 error invalid terminologies.html#system
    System that cannot be meant
    A value set or a relative address is no code system. → Use the URI of the code system.
FM321 error invalid terminologies.html
    Another version than that of the value set
    A code may mean something else in another version of its system. → Use the version that the value set draws from.
FM322 error business-rule valueset-definitions.html
    A code that is no longer in use
    The value set has only codes that are in use. → Use the code that took its place.
FM323 error processing valueset.html
    A value set that refers to itself
    Nobody can say which codes belong to it. → Mend its imports.
FM324 warning business-rule codesystem.html#status
    A code that is going out of use
    Its own code system says not to use it any more. → Use the code that took its place.
FM325 error not-found terminologies.html#required
    Code system that is not here
    A required binding needs the system itself. → Correct the system or its version, or load its package.
FM326 error processing resource.html#Resource
    Language that is not registered
    Words for codes are looked for in it. → Write a language tag as IANA has registered it, such as en-GB.
FM401 error invalid references.html#literal
    Reference spelt wrongly
    A reference is a URI, and a URI has no blanks. → Write #id, Type/id or an absolute URL.
FM402 error structure references.html
    Reference to a wrong type
    The element points to other types. → Point to an allowed type.
FM403 error structure references.html#contained
    Contained resource missing
    #id is inside the same resource or nowhere (ref-1). → Contain it, or correct the id.
FM404 error structure references.html
    Target does not meet its profile
    The profile says what the target must be. → Mend the target, or point elsewhere.
FM405 information informational references.html undecided
    Cannot tell the target
    What is referred to is not at hand. → Validate it with its Bundle.
FM406 error invalid http.html#trules
    Reference by search outside a transaction
    Only a server resolves it, while it does a transaction. → Send it in a transaction, or write Type/id.
FM407 warning not-found bundle.html#references
    No entry with this URL
    A urn names an entry of the same Bundle. → Add the entry, or correct the URL.
FM408 warning structure references.html
    Reference that names a wrong type
    The reference names a type that the element does not point to. → Point to an allowed type.
FM409 warning invalid references.html#literal
    Reference of an unusual form
    Few servers can follow it. → Write #id, Type/id or an absolute URL.
FM410 error structure references.html
    Target not found
    It was asked for, and is not there. → Correct the reference, or create what it refers to.
FM411 error invalid references.html#contained
    Contained without id
    It cannot be referred to. → Give it an id.
FM412 error invariant references.html#contained
    Contained in contained
    Contained resources contain nothing (dom-2). → Move it up.
FM413 error invariant references.html#contained
    Version or security on a contained resource
    It has none of its own (dom-4, dom-5). → Take it out.
FM414 error duplicate references.html#contained
    Two contained with one id
    A reference would have two targets. → Rename one.
FM415 error invalid references.html#contained
    Contained and never used
    A contained resource exists only through what refers to it (dom-3). → Refer to it, or take it out.
FM416 error structure references.html#type
    Reference says another type
    type is the name of the resource that the reference leads to. → Write that name, without an address.
FM417 error structure elementdefinition-definitions.html#ElementDefinition.type.aggregation
    Target in another place
    The profile says whether the target is contained, in the same Bundle or elsewhere. → Put the target there.
FM421 error invalid bundle.html#bundle-unique
    Entry without fullUrl
    References between entries need it. → Add an absolute URL or urn:uuid.
FM422 error invalid bundle.html#bundle-unique
    Relative fullUrl
    It identifies the resource everywhere. → Write an absolute URL or urn:uuid.
FM423 error invalid bundle.html#bundle-unique
    fullUrl and id disagree
    A RESTful URL ends in Type/id. → Correct one of them.
FM424 error invalid bundle.html#pages
    Link out of place
    A Bundle has one self, and pages only as the result of a search. → Take the surplus link out.
FM425 error required references.html#literal
    Entry of another type
    The reference names one type, and the entry that it leads to is of another. → Correct the reference.
FM427 error invalid documents.html
    Wrong first entry
    Readers of documents and messages begin there. → Put it first.
FM428 error invalid bundle.html#searchset
    Search result without what it needs
    A match is a resource with an id, an outcome an OperationOutcome. → Add the id, or correct search.mode.
FM429 error not-found documents.html#content
    Not in the document or message
    A reader of the Bundle has nothing else to look in. → Add the entry, or take the reference out.
FM430 error informational documents.html#content
    Nothing leads there
    A document holds only what its Composition leads to, or what leads to it. → Refer to it, or leave it out.
FM431 error not-found documents.html#presentation
    Stylesheet missing
    A document brings its own stylesheet. → Add the entry, or correct the URL.
FM432 error invalid bundle.html#references
    Named, but not by its fullUrl
    A relative reference means the entry whose fullUrl has the same base. → Write the entry's fullUrl.
"""


def _rules(table: str) -> Iterator[Rule]:
    lines = [line.strip() for line in table.splitlines()]
    for heading, title, text in zip(lines[::3], lines[1::3], lines[2::3], strict=True):
        code, severity, issue_type, page, *undecided = heading.split()
        why, _, todo = text.partition(" → ")
        yield Rule(code, title, Severity(severity), issue_type, why, todo, R4 + page, bool(undecided))


RULES: dict[str, Rule] = {rule.code: rule for rule in _rules(TABLE + PROFILE_RULES + FORM_RULES + ADVICE)}
