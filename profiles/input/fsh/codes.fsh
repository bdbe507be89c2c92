// What every code system of ours has in common.

RuleSet: OwnCodes
* ^experimental = false
* ^caseSensitive = true
* ^content = #complete

RuleSet: Property(code, type, words)
* ^property[+].code = #{code}
* ^property[=].type = #{type}
* ^property[=].description = {words}

// One more code that others use for the same, in the order in which an instance gives them.
RuleSet: Coded(code, property, coding)
* #{code} ^property[+].code = #{property}
* #{code} ^property[=].valueCoding = {coding}

// The general code and the categories by which readers of US Core and PACIO ADI find it.
RuleSet: CareExperience(code)
* insert Coded({code}, coded-as, [[$loinc#95541-9 "Care experience preference"]])
* insert Coded({code}, category, [[$us-core-category#care-experience-preference "Care Experience Preference"]])
* insert Coded({code}, category, [[$adi-category#care-experience-preference "Care experience preference"]])

RuleSet: Treatment(code)
* insert Coded({code}, coded-as, [[$loinc#75773-2 "Goals, preferences, and priorities for medical treatment"]])
* insert Coded({code}, category, [[$us-core-category#treatment-intervention-preference "Treatment Intervention Preference"]])
* insert Coded({code}, category, [[$adi-category#intervention-preference "Intervention preference"]])

// The same in plain words, as the person themselves would say it: what a form shows.
RuleSet: Plainly(code, words)
* #{code} ^designation[+].use = $sct#900000000000013009 "Synonym"
* #{code} ^designation[=].value = {words}
