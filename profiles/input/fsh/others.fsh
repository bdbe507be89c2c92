// Codes of others on which ours stand, as far as we use them: a reader that has none of their guides can still
// check ours. Each says that it is a fragment, in the first version that has these codes: whoever loads a later one
// reads that one.

CodeSystem: UsCoreCategory
Id: us-core-category
Title: "US Core Category, in part"
Description: "The categories of US Core under which its readers look for what a person prefers. US Core defines them all."
* insert PartOf($us-core-category, "7.0.0")
* #care-experience-preference "Care Experience Preference" "How the person wants to be cared for."
* #treatment-intervention-preference "Treatment Intervention Preference" "Which treatment the person wants or does not want."

CodeSystem: UsCoreCarePlanCategory
Id: careplan-category
Title: "US Core CarePlan category, in part"
Description: "The category under which readers of US Core look for a plan. US Core defines them all."
* insert PartOf($us-core-careplan-category, "3.1.0")
* #assess-plan "Assessment and Plan of Treatment" "What was found, and what is planned."

CodeSystem: AdiPreferenceCategory
Id: ADIPreferenceCategoryCS
Title: "PACIO ADI preference category, in part"
Description: "The categories of PACIO Advance Directive Information under which its readers look for what a person prefers. PACIO ADI defines them all."
* insert PartOf($adi-category, "1.0.0")
* #care-experience-preference "Care experience preference" "How the person wants to be cared for."
* #intervention-preference "Intervention preference" "Which treatment the person wants or does not want."

CodeSystem: PcoConcepts
Id: pco-concepts-temporary
Title: "PCO concepts, in part"
Description: "The category of Person-Centered Outcomes under which its readers look for what matters to a person. PCO defines them all."
* insert PartOf($pco-category, "1.0.0")
* #what-matters "What Matters" "What matters to the person."

RuleSet: PartOf(url, version)
* ^url = {url}
* ^version = {version}
* ^caseSensitive = true
* ^content = #fragment
* ^experimental = false
