// What every statement carries: whose words, in which talk, when, and whether they still stand.

RuleSet: Said
* insert OwnIdentifier
* obeys fm-said-final
* status MS
* status ^short = "final; entered-in-error where nobody said this"
* status ^definition = "Words that were said stay said. A change of mind is a statement of its own that replaces this one."
* subject 1.. MS
* subject only Reference(Patient)
* subject ^short = "The person"
* performer MS
* performer ^short = "Who said it"
* performer ^definition = "The one whose words these are: the person, or someone who speaks for them or knows them. Who wrote it down is said in a Provenance."
* effective[x] MS
* effective[x] ^short = "When it was said"
* partOf MS
* partOf ^short = "The talk in which it was said"
* language MS
* language ^short = "The language in which it was said"
* value[x] only string or CodeableConcept
* value[x] MS
* extension contains
    Why named why 0..1 MS and
    Medium named medium 0..1 MS and
    SaidAgain named saidAgain 0..* MS and
    $observation-replaces named replaces 0..* MS
* extension[replaces] ^short = "What was said before, and is replaced by this"

// What may be answered or not, and stands for a while.
RuleSet: Stands
* dataAbsentReason MS
* dataAbsentReason ^short = "Why there is no answer: they declined, do not know yet, were not asked"
* derivedFrom MS
* derivedFrom ^short = "The recording in which it can be heard"
* extension contains
    ValidFrom named validFrom 0..1 MS and
    ValidUntil named validUntil 0..1 MS and
    ReviewBy named reviewBy 0..1 MS

RuleSet: Sliced(path, words)
* {path} ^slicing.discriminator.type = #pattern
* {path} ^slicing.discriminator.path = "$this"
* {path} ^slicing.rules = #open
* {path} ^slicing.description = {words}

Invariant: fm-said-final
Severity: #warning
Description: "What was said is final; a change of mind is a new statement that replaces it."
Expression: "status = 'final' or status = 'entered-in-error'"
