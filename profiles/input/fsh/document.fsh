Alias: $uk-heading = https://fhir.hl7.org.uk/CodeSystem/UKCore-RecordStandardHeadings

Profile: FmDocument
Parent: Composition
Id: fm-document
Title: "Document"
Description: "The whole record of what matters to a person as one document: what matters first, then what follows from it. Every section has a text that anybody can read; what stands behind it is in the entries."
* identifier 1.. MS
* identifier ^short = "The document in the record that it was made from"
* status MS
* status ^short = "final"
* type MS
* type ^short = "A personalised care and support plan"
* subject 1.. MS
* subject only Reference(Patient)
* subject ^short = "The person"
* date MS
* date ^short = "The day for which it was made"
* author MS
* author ^short = "Who answers for it: the person, if nobody else is named"
* custodian MS
* custodian ^short = "The organisation that keeps it"
* title MS
* title ^short = "What it is, with the name that the person likes to be called"
* section 1.. MS
* section ^short = "One theme each, what matters first"
* section.title 1.. MS
* section.title ^short = "The theme, in plain words"
* section.code 1.. MS
* section.code ^short = "The theme, for systems: our own code, LOINC, and the UK record standard heading"
* insert Sliced(section.code.coding, [["By whose code it is; more codes are welcome"]])
* section.code.coding contains theme 1..1 MS
* section.code.coding[theme] from DocumentSections (required)
* section.code.coding[theme] ^patternCoding.system = Canonical(DocumentSectionCodes)
* section.code.coding[theme] ^short = "What matters, choices, how it went, …"
* section.code.coding[theme].code 1..1
* section.text 1.. MS
* section.text ^short = "What the entries say, in words"
* section.entry MS
* section.entry ^short = "What stands behind the text"
* section.emptyReason MS
* section.emptyReason ^short = "Why there is nothing, where there is nothing"

ValueSet: DocumentSections
Id: document-section
Title: "Sections of a document"
Description: "The themes of a document about what matters to a person."
* ^experimental = false
* include codes from system DocumentSectionCodes

CodeSystem: DocumentSectionCodes
Id: document-section
Title: "Sections of a document"
Description: "The themes of a document about what matters to a person, in the order in which a reader at the bedside needs them."
* insert OwnCodes
* insert Property(coded-as, Coding, [["A code that others use for the same, in the order in which to give them."]])
* #what-matters "What matters to me" "What matters to the person, their joys and strengths as well as their worries."
* insert Coded(what-matters, coded-as, [[$loinc#81338-6 "Patient Goals, preferences, and priorities for care experience"]])
* insert Coded(what-matters, coded-as, [[$uk-heading#patient-and-carer-concerns-expectations-and-wishes "Patient and carer concerns, expectations and wishes"]])
* #please "Please do, please do not" "What the person asks of everybody who comes to the bed."
* insert Coded(please, coded-as, [[$loinc#104605-1 "Alert"]])
* insert Coded(please, coded-as, [[$uk-heading#individual-requirements "Individual requirements"]])
* #people "The people around me" "Who matters to the person, who is on their team, and what each of them does."
* insert Coded(people, coded-as, [[$loinc#85847-2 "Patient Care team information"]])
* insert Coded(people, coded-as, [[$uk-heading#social-context "Social context"]])
* #preferences "What I would and would not want" "What the person prefers: how they are cared for, which treatment, and where."
* insert Coded(preferences, coded-as, [[$loinc#75773-2 "Goals, preferences, and priorities for medical treatment"]])
* insert Coded(preferences, coded-as, [[$uk-heading#advance-statement "Advance statement"]])
* #legal "What binds by law" "Decisions about CPR, refusals of treatment, and who may decide."
* insert Coded(legal, coded-as, [[$loinc#42348-3 "Advance healthcare directives"]])
* insert Coded(legal, coded-as, [[$uk-heading#advance-decisions-about-treatment "Advance decisions about treatment"]])
* #choices "What I weighed, and what I chose" "Choices with their options, what spoke for and against each, and what was decided."
* insert Coded(choices, coded-as, [[$loinc#75773-2 "Goals, preferences, and priorities for medical treatment"]])
* insert Coded(choices, coded-as, [[$uk-heading#patient-and-carer-concerns-expectations-and-wishes "Patient and carer concerns, expectations and wishes"]])
* #departures "Where my care differs, and why" "Where care is agreed to differ from a protocol, with the reason."
* insert Coded(departures, coded-as, [[$loinc#18776-5 "Plan of care note"]])
* insert Coded(departures, coded-as, [[$uk-heading#individualised-treatment-guideline "Individualised Treatment Guideline"]])
* #plans "If this happens" "What to do if something happens, at home and in hospital, and whom to call."
* insert Coded(plans, coded-as, [[$loinc#81336-0 "Patient Goals, preferences, and priorities under certain health conditions"]])
* insert Coded(plans, coded-as, [[$uk-heading#plan-and-requested-actions "Plan and requested actions"]])
* #outcomes "How it went" "Whether what was wished was honoured, and what did not have to happen."
* insert Coded(outcomes, coded-as, [[$loinc#11383-7 "Patient problem outcome"]])
* insert Coded(outcomes, coded-as, [[$uk-heading#outcome "Outcome"]])
* #recordings "To see and to hear" "Pictures and recordings, in the person's own voice."
* insert Coded(recordings, coded-as, [[$loinc#81338-6 "Patient Goals, preferences, and priorities for care experience"]])
* insert Coded(recordings, coded-as, [[$uk-heading#documents-including-correspondence-audio-and-images "Documents (including correspondence, audio and images)"]])
* #conversations "What we talked about" "The talks: when, with whom, and what was left with the person."
* insert Coded(conversations, coded-as, [[$loinc#47042-7 "Counseling note"]])
* insert Coded(conversations, coded-as, [[$uk-heading#contact-with-professionals "Contact with professionals"]])
* #since "What has changed since" "What took the place of something that is told here, and does not stand any more itself, or is of no other section."
* insert Coded(since, coded-as, [[$loinc#11329-0 "History general Narrative - Reported"]])
* insert Coded(since, coded-as, [[$uk-heading#history "History"]])
* #sharing "Who may know, and who may see" "What the person keeps from somebody, and who may be shown the pictures and the recordings."
* insert Coded(sharing, coded-as, [[$loinc#59284-0 "Patient Consent"]])
* insert Coded(sharing, coded-as, [[$uk-heading#consent-for-information-sharing "Consent for information sharing"]])
* #written-down "Who wrote it down" "Who wrote down what was said, when, and on which form."
* insert Coded(written-down, coded-as, [[$loinc#34109-9 "Note"]])
* insert Coded(written-down, coded-as, [[$uk-heading#person-completing-record "Person completing record"]])
