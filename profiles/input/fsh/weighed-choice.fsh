Profile: FmWeighedChoice
Parent: Observation
Id: fm-weighed-choice
Title: "Weighed choice"
Description: "A choice that the person weighs, not a risk that somebody assesses: the question, the options, what was decided in the person's words (nothing, while they still weigh it), what it rests on, who weighed it with them, and when to look again."
* insert Said
* obeys fm-choice-as-things-are
* category 1.. MS
* category ^short = "Where others look for it"
* insert Sliced(category, [["One category each for those who read US Core and PACIO ADI"]])
* category contains usCore 1..1 MS and adi 0..1 MS
* category[usCore] = $us-core-category#treatment-intervention-preference
* category[usCore] ^short = "For readers of US Core"
* category[adi] ^short = "For readers of PACIO ADI"
* category[adi] = $adi-category#intervention-preference
* code MS
* code ^short = "The question, and that it is a choice"
* code.text 1.. MS
* code.text ^short = "The question: “Where do I spend the time that is left?”"
* code.coding 1.. MS
* code.coding ^short = "That it is a choice, for systems"
* insert Sliced(code.coding, [["A general code first, then that it is a choice; more codes are welcome"]])
* code.coding contains general 1..1 MS and kind 1..1 MS
* code.coding[general] = $loinc#75773-2
* code.coding[general] ^short = "About treatment, in general"
* code.coding[kind] ^short = "A choice"
* code.coding[kind] = ObservationKindCodes#choice
* value[x] ^short = "What was decided, in the person's words; absent while they still weigh it"
* hasMember 1.. MS
* hasMember only Reference(Observation)
* hasMember ^short = "The options; leaving things as they are is always one"
* derivedFrom MS
* derivedFrom ^short = "What matters to the person, on which the choice rests"
* performer ^short = "Who weighs it"
* extension contains
    DecidedOption named decidedOption 0..1 MS and
    DecidedBy named decidedBy 0..1 MS and
    DecidedWhen named decidedWhen 0..1 MS and
    WeighedWith named weighedWith 0..* MS and
    TogetherWith named togetherWith 0..* MS and
    Reservation named reservation 0..* MS and
    LookAgain named lookAgain 0..1 MS

Invariant: fm-choice-as-things-are
Severity: #warning
Description: "One of the options leaves things as they are."
Expression: "hasMember.resolve().count() < hasMember.count() or hasMember.resolve().extension.where(url = 'https://w3id.org/fhir-matters/StructureDefinition/as-things-are' and value = true).exists()"

ValueSet: ObservationKinds
Id: observation-kind
Title: "Kinds of observation"
Description: "A choice, an option of it, and how it went."
* ^experimental = false
* include codes from system ObservationKindCodes

CodeSystem: ObservationKindCodes
Id: observation-kind
Title: "Kinds of observation"
Description: "What an Observation is: a choice, an option of it, or how it went."
* insert OwnCodes
* insert Property(coded-as, Coding, [["A code that others use for the same, in the order in which to give them."]])
* insert Property(category, Coding, [["The category in which others look for it."]])
* #choice "Choice" "A choice that the person weighs."
* insert Treatment(choice)
* #option "Option" "One way to go."
* #outcome "How it went" "Whether what the person wanted was honoured, as somebody saw it."
* insert Coded(outcome, category, [[$observation-category#social-history "Social History"]])
