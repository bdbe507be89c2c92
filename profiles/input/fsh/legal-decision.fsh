Profile: FmLegalDecision
Parent: Consent
Id: fm-legal-decision
Title: "Decision that binds by law"
Description: "A CPR decision, a decision in advance to refuse treatment, or the appointment of someone to decide. It stands beside the wish that it puts into law, and never instead of it: the wish says what the person meant."
* insert OwnIdentifier
* insert OwnConsent
* obeys fm-legal-ended and fm-legal-kind and fm-legal-cpr and fm-legal-refusal and fm-legal-agents
* scope = $consent-scope#adr
* scope ^short = "It is about care in time to come"
* performer ^short = "Who made it"
* source[x] MS
* source[x] ^short = "The paper itself"
* category.coding ^short = "An advance directive; and which sort of decision"
* insert Sliced(category.coding, [["Which sort of decision; more codes are welcome"]])
* category.coding contains kind 0..1 MS
* category.coding[kind] from LegalKinds (required)
* category.coding[kind] ^patternCoding.system = Canonical(LegalKindCodes)
* category.coding[kind] ^short = "Which sort of decision"
* category.coding[kind].code 1..1
* provision 1.. MS
* provision ^short = "What is decided"
* provision.type 1..1 MS
* provision.type ^short = "permit: try, or they may decide | deny: do not"
* provision.period MS
* provision.period ^short = "From when, and until when it stands"
* provision.actor MS
* provision.actor ^short = "Who may decide for the person"
* provision.code MS
* provision.code ^short = "Which treatment"
* provision.extension contains Power named power 0..* MS
* extension contains
    AppliesWhen named appliesWhen 0..1 MS and
    EvenIfLifeAtRisk named evenIfLifeAtRisk 0..1 MS and
    AgreedBy named agreedBy 0..* MS and
    AgreedIn named agreedIn 0..1 MS and
    WitnessedBy named witnessedBy 0..* MS and
    WhereKept named whereKept 0..1 MS and
    ValidFrom named validFrom 0..1 MS and
    Ended named ended 0..1 MS and
    ReviewBy named reviewBy 0..1 MS and
    RestsOn named restsOn 0..* MS and
    Replaces named replaces 0..1 MS

// What each Consent of ours has.
RuleSet: OwnConsent
* status MS
* status ^short = "active while it stands"
* scope MS
* scope ^short = "What it is about, in general"
* category MS
* category ^short = "What it is about"
* patient 1.. MS
* patient ^short = "The person"
* dateTime MS
* dateTime ^short = "When it was decided"
* performer 1.. MS
* policy MS
* policy ^short = "What sort of decision it is: R4 wants a policy for each"

Invariant: fm-legal-ended
Severity: #error
Description: "What was taken back, or has ended, does not stand."
Expression: "extension('https://w3id.org/fhir-matters/StructureDefinition/ended').empty() or status = 'inactive'"

Invariant: fm-legal-kind
Severity: #error
Description: "It says which sort of decision it is, once."
Expression: "category.coding.where(system = 'https://w3id.org/fhir-matters/CodeSystem/legal-kind').count() = 1"

Invariant: fm-legal-cpr
Severity: #error
Description: "A CPR decision names nobody who may decide; it is the decision."
Expression: "category.coding.where(system = 'https://w3id.org/fhir-matters/CodeSystem/legal-kind' and code = 'cpr-decision').empty() or provision.actor.empty()"

Invariant: fm-legal-refusal
Severity: #error
Description: "A refusal says no, and to which treatment."
Expression: "category.coding.where(system = 'https://w3id.org/fhir-matters/CodeSystem/legal-kind' and code = 'refusal-of-treatment').empty() or (provision.type = 'deny' and provision.code.exists())"

Invariant: fm-legal-agents
Severity: #error
Description: "Where somebody is appointed to decide, it says who."
Expression: "category.coding.where(system = 'https://w3id.org/fhir-matters/CodeSystem/legal-kind' and (code = 'lasting-power-of-attorney' or code = 'healthcare-agent')).empty() or (provision.type = 'permit' and provision.actor.exists())"

ValueSet: LegalKinds
Id: legal-kind
Title: "Kinds of decision that bind by law"
Description: "Which sort of decision it is."
* ^experimental = false
* include codes from system LegalKindCodes

CodeSystem: LegalKindCodes
Id: legal-kind
Title: "Kinds of decision that bind by law"
Description: "Which sort of decision it is. What each of them needs to bind is for the law of the place to say."
* insert OwnCodes
* #cpr-decision "CPR decision" "Whether somebody should try to start the person's heart again."
* #refusal-of-treatment "Decision in advance to refuse treatment" "Which treatment the person refuses, for a time when they cannot say so."
* #lasting-power-of-attorney "Lasting power of attorney for health and welfare" "Who may decide for the person when they cannot, as registered."
* #healthcare-agent "Healthcare agent" "Who may decide for the person when they cannot, as the person appointed them."
