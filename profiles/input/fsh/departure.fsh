Profile: FmDeparture
Parent: ServiceRequest
Id: fm-departure
Title: "Departure from protocol"
Description: "Where care is agreed to differ from a protocol or standard for this person: what is left out, what is done instead, why, who agreed to it, and until when. The reason is part of it, so that everybody who acts on it is covered."
* insert OwnIdentifier
* obeys fm-departure-why and fm-departure-instead
* status MS
* status ^short = "active while it stands | completed once it ended | revoked where another replaces it | entered-in-error"
* intent = #plan
* intent MS
* intent ^short = "It is agreed, and nobody's order"
* doNotPerform MS
* doNotPerform ^short = "true where something is left out"
* code 1.. MS
* code ^short = "What is left out; or what is done instead, where nothing is left out"
* code.text 1.. MS
* code.text ^short = "In plain words: “The weekly photo of the sore”"
* subject MS
* subject only Reference(Patient)
* subject ^short = "The person"
* occurrence[x] only Period
* occurrence[x] MS
* occurrence[x] ^short = "From when, and until when"
* authoredOn MS
* authoredOn ^short = "When it was agreed"
* requester MS
* requester ^short = "Who asked for it"
* reasonCode MS
* reasonCode ^short = "Why"
* reasonCode.text MS
* reasonCode.text ^short = "In plain words: “Two more days of waiting is time he has not got”"
* reasonReference MS
* reasonReference ^short = "The choices and wishes that it rests on"
* replaces MS
* replaces ^short = "What was agreed before, and is replaced by this"
* extension contains
    DepartsFrom named departsFrom 1..1 MS and
    Instead named instead 0..1 MS and
    AgreedBy named agreedBy 0..* MS and
    AgreedIn named agreedIn 0..1 MS and
    ValidFrom named validFrom 0..1

Invariant: fm-departure-why
Severity: #warning
Description: "A departure says why: the reason is what covers those who act on it."
Expression: "reasonCode.exists()"

Invariant: fm-departure-instead
Severity: #error
Description: "What is done instead stands beside what is left out; where nothing is left out it is the code."
Expression: "doNotPerform = true or extension.where(url = 'https://w3id.org/fhir-matters/StructureDefinition/instead').empty()"

ValueSet: DepartureReasons
Id: departure-reason
Title: "Reasons to depart from a protocol"
Description: "What sort of reason it is, where it is one of these; the words beside it say what it is."
* ^experimental = false
* include codes from system DepartureReasonCodes

// HL7's definitions of PATOBJ, RELIG and PHILISOP speak of a vaccine; their names say what is meant, and other guides
// use them for any refusal. Its PATRQT is a purpose of using data; that somebody asked for an act is PAT.
CodeSystem: DepartureReasonCodes
Id: departure-reason
Title: "Reasons to depart from a protocol"
Description: "What sort of reason there is for departing from a protocol; the words beside it say what it is."
* insert OwnCodes
* insert Property(coded-as, Coding, [["A code that others use for the same, in the order in which to give them."]])
* #they-asked "They asked" "The person asked for it, or somebody who speaks for them."
* insert Coded(they-asked, coded-as, [[$act-reason#PAT "Patient request"]])
* #they-object "They object" "The person does not want what the protocol asks for."
* insert Coded(they-object, coded-as, [[$act-reason#PATOBJ "patient objection"]])
* #religion "Religion" "What the person believes forbids it, or asks for something else."
* insert Coded(religion, coded-as, [[$act-reason#RELIG "religious objection"]])
* #philosophy "Philosophy" "What the person holds to be right forbids it, or asks for something else."
* insert Coded(philosophy, coded-as, [[$act-reason#PHILISOP "philosophical objection"]])
