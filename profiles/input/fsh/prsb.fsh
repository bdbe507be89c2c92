// Where the items of two PRSB standards stand beside ours; the functions of the library do what these tables say.

RuleSet: OwnMap(name, title, description)
* url = "https://w3id.org/fhir-matters/ConceptMap/{name}"
* name = {title}
* status = #active
* description = {description}

RuleSet: To(code, target, display, equivalence)
* group[=].element[+].code = #{code}
* group[=].element[=].target[+].code = #{target}
* group[=].element[=].target[=].display = {display}
* group[=].element[=].target[=].equivalence = #{equivalence}

Instance: prsb-about-me
InstanceOf: ConceptMap
Usage: #definition
* insert OwnMap(prsb-about-me, "FmPrsbAboutMe", [["Under which item of PRSB About Me 2.01 a statement or a preference of a person stands. An item that is wider takes several kinds, and does not say which one it was."]])
* title = "To PRSB About Me"
* targetUri = "http://snomed.info/sct?fhir_vs"
* group[+].source = Canonical(StatementKindCodes)
* group[=].target = "http://snomed.info/sct"
* insert To(what-matters, 1515861000000103, "What is most important to me", equivalent)
* insert To(joy, 1515861000000103, "What is most important to me", wider)
* insert To(laughter, 1515861000000103, "What is most important to me", wider)
* insert To(belief, 1515861000000103, "What is most important to me", wider)
* insert To(unfinished, 1515861000000103, "What is most important to me", wider)
* insert To(people, 1515871000000105, "People who are important to me", equivalent)
* insert To(communication, 1515881000000107, "How I communicate and how to communicate with me", equivalent)
* insert To(wellness, 1515891000000109, "My wellness", equivalent)
* insert To(strength, 1515891000000109, "My wellness", wider)
* insert To(support, 1515911000000107, "How and when to support me", equivalent)
* insert To(worry, 1515921000000101, "Also worth knowing about me", wider)
* insert To(also-worth-knowing, 1515921000000101, "Also worth knowing about me", equivalent)
* group[+].source = Canonical(PreferenceKindCodes)
* group[=].target = "http://snomed.info/sct"
* insert To(please-do, 1515901000000105, "Please do and please do not", wider)
* insert To(please-do-not, 1515901000000105, "Please do and please do not", wider)
* insert To(care-experience, 1515901000000105, "Please do and please do not", wider)

Instance: prsb-shared-decision
InstanceOf: ConceptMap
Usage: #definition
* insert OwnMap(prsb-shared-decision, "FmPrsbSharedDecision", [["Under which item of PRSB Shared Decision Making 1.0 a weighed choice, its options, and what speaks for and against them stand. PRSB knows no part of life, and so no domain."]])
* title = "To PRSB Shared Decision Making"
* targetCanonical = Canonical(PrsbSharedDecisionItems)
* group[+].source = Canonical(ConsiderationCodes)
* group[=].target = Canonical(PrsbSharedDecisionItemCodes)
* insert To(techno-clinical-for, benefits-entry, "Benefits entry", wider)
* insert To(techno-clinical-against, risks-communication-entry, "Risks communication entry", wider)
* insert To(psychological-for, benefits-entry, "Benefits entry", wider)
* insert To(psychological-against, risks-communication-entry, "Risks communication entry", wider)
* insert To(social-for, benefits-entry, "Benefits entry", wider)
* insert To(social-against, risks-communication-entry, "Risks communication entry", wider)
* insert To(spiritual-for, benefits-entry, "Benefits entry", wider)
* insert To(spiritual-against, risks-communication-entry, "Risks communication entry", wider)
* group[+].source = Canonical(ObservationKindCodes)
* group[=].target = Canonical(PrsbSharedDecisionItemCodes)
* insert To(choice, shared-decision-point, "Shared decision point", equivalent)
* insert To(option, option-entry, "Option entry", equivalent)

ValueSet: PrsbSharedDecisionItems
Id: prsb-decision
Title: "Items of PRSB Shared Decision Making"
Description: "The items of PRSB Shared Decision Making 1.0 that a weighed choice has something for."
* ^experimental = false
* include codes from system PrsbSharedDecisionItemCodes

CodeSystem: PrsbSharedDecisionItemCodes
Id: prsb-decision
Title: "Items of PRSB Shared Decision Making"
Description: "The items of PRSB Shared Decision Making 1.0 that a weighed choice has something for, by PRSB's own names. PRSB has names for them and no codes; these are ours."
* insert OwnCodes
* #shared-decision-point "Shared decision point" "One decision, with all that was said on the way to it."
* #what-matters "What matters to the person" "What matters to the person in this decision."
* #option-entry "Option entry" "One option that was discussed; to do nothing is one."
* #risks-communication-entry "Risks communication entry" "A risk of an option: what speaks against it."
* #benefits-entry "Benefits entry" "A benefit of an option: what speaks for it."
* #decision-entry "Decision entry" "What was decided."
* #decision-issue-details "Decision issue details" "What anybody still wishes were otherwise."
* #planned-review "Planned review date/interval" "When the decision is looked at again."
