Profile: FmPreference
Parent: Observation
Id: fm-preference
Title: "Preference"
Description: "What the person would and would not want: where to be, what to have done, how to be treated. With the conditions that they put on it (“yes, but …”, “only if …”), how firm it is, and until when it stands. A question that was asked and not answered is on record too."
* insert Said
* insert Stands
* obeys fm-preference-answered and fm-preference-one-way
* category 1.. MS
* category ^short = "Where others look for it"
* insert Sliced(category, [["One category each for those who read US Core and PACIO ADI"]])
* category contains careExperience 0..1 MS and treatment 0..1 MS and adiCareExperience 0..1 MS and adiIntervention 0..1 MS
* category[careExperience] ^short = "How to be cared for, for readers of US Core"
* category[treatment] ^short = "Treatment, for readers of US Core"
* category[adiCareExperience] ^short = "How to be cared for, for readers of PACIO ADI"
* category[adiIntervention] ^short = "Treatment, for readers of PACIO ADI"
* category[careExperience] = $us-core-category#care-experience-preference
* category[treatment] = $us-core-category#treatment-intervention-preference
* category[adiCareExperience] = $adi-category#care-experience-preference
* category[adiIntervention] = $adi-category#intervention-preference
* code MS
* code ^short = "What was asked: where to be, which treatment, what to do or not to do"
* code.coding 1.. MS
* code.coding ^short = "What it is about, for systems"
* insert Sliced(code.coding, [["A general code first, then what kind of preference it is; more codes are welcome"]])
* code.coding contains careExperience 0..1 MS and treatment 0..1 MS and kind 1..1 MS
* code.coding[careExperience] = $loinc#95541-9
* code.coding[careExperience] ^short = "About how to be cared for"
* code.coding[treatment] = $loinc#75773-2
* code.coding[treatment] ^short = "About treatment"
* code.coding[kind] from PreferenceKinds (required)
* code.coding[kind] ^patternCoding.system = Canonical(PreferenceKindCodes)
* code.coding[kind] ^short = "Place of care, treatment, please do, …"
* code.coding[kind].code 1..1
* value[x] ^short = "Their answer, in their words; the short answer as a code where there is one"
* extension contains
    Wish named wish 0..1 MS and
    OnlyIf named onlyIf 0..1 MS and
    Unless named unless 0..1 MS and
    HowFirm named howFirm 0..1 MS

Invariant: fm-preference-answered
Severity: #error
Description: "A preference has an answer, or says why there is none."
Expression: "value.exists() or dataAbsentReason.exists()"

Invariant: fm-preference-one-way
Severity: #error
Description: "A preference is about how to be cared for or about treatment: one of the two general codes."
Expression: "code.coding.where(system = 'http://loinc.org' and (code = '95541-9' or code = '75773-2')).count() = 1"

ValueSet: PreferenceKinds
Id: preference-kind
Title: "Kinds of preference"
Description: "What a preference is about."
* ^experimental = false
* include codes from system PreferenceKindCodes

CodeSystem: PreferenceKindCodes
Id: preference-kind
Title: "Kinds of preference"
Description: "What a preference is about."
* insert OwnCodes
* insert Property(coded-as, Coding, [["A code that others use for the same, in the order in which to give them."]])
* insert Property(category, Coding, [["The category in which others look for it."]])
* #care-experience "Care experience" "How the person wants to be cared for."
* insert CareExperience(care-experience)
* #treatment "Treatment" "Which treatment the person wants or does not want."
* insert Treatment(treatment)
* #place-of-care "Place of care" "Where the person wants to be cared for."
* insert CareExperience(place-of-care)
* #place-of-death "Place of death" "Where the person wants to die."
* insert Treatment(place-of-death)
* insert Coded(place-of-death, coded-as, [[$loinc#75780-7 "Preferred location to spend final days if possible to choose"]])
* insert Coded(place-of-death, coded-as, [[$sct#395091006 "Preferred place of death"]])
* #please-do "Please do" "What the person asks of everybody."
* insert CareExperience(please-do)
* insert Coded(please-do, coded-as, [[$sct#1515901000000105 "Please do and please do not"]])
* #please-do-not "Please do not" "What the person asks everybody not to do."
* insert CareExperience(please-do-not)
* insert Coded(please-do-not, coded-as, [[$sct#1515901000000105 "Please do and please do not"]])
* #cpr "CPR" "Whether the person wants somebody to try to start their heart again."
* insert Treatment(cpr)
* insert Coded(cpr, coded-as, [[$loinc#75779-9 "Thoughts on cardiopulmonary resuscitation (CPR)"]])
