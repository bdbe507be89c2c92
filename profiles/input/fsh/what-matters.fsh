Profile: FmWhatMatters
Parent: Observation
Id: fm-what-matters
Title: "What matters"
Description: "What matters to the person, in their own words or in those of someone who knows them: joys and strengths as well as worries."
* insert Said
* insert Stands
* obeys fm-what-matters-said
* category 1.. MS
* category ^short = "Where others look for it"
* insert Sliced(category, [["One category each for those who read US Core, PACIO ADI and PCO"]])
* category contains usCore 1..1 MS and adi 0..1 MS and survey 0..1 MS and pco 0..1 MS
* category[usCore] = $us-core-category#care-experience-preference
* category[usCore] ^short = "For readers of US Core"
* category[adi] ^short = "For readers of PACIO ADI"
* category[adi] = $adi-category#care-experience-preference
* category[survey] ^short = "For readers of PCO, as of US Core's assessments"
* category[survey] = $observation-category#survey
* category[pco] ^short = "For readers of PCO"
* category[pco] = $pco-category#what-matters
* code MS
* code ^short = "What was asked, or what it is about"
* code.coding 1.. MS
* code.coding ^short = "What it is about, for systems"
* insert Sliced(code.coding, [["A general code first, then what kind of statement it is; more codes are welcome"]])
* code.coding contains general 1..1 MS and kind 1..1 MS
* code.coding[general] = $loinc#95541-9
* code.coding[general] ^short = "Care experience preference"
* code.coding[kind] from StatementKinds (required)
* code.coding[kind] ^patternCoding.system = Canonical(StatementKindCodes)
* code.coding[kind] ^short = "Joy, worry, strength, people, …"
* code.coding[kind].code 1..1
* value[x] ^short = "Their words"
* performer 1..

Invariant: fm-what-matters-said
Severity: #error
Description: "What matters has words, or says why there are none."
Expression: "value.exists() or dataAbsentReason.exists()"

ValueSet: StatementKinds
Id: statement-kind
Title: "Kinds of statement about what matters"
Description: "What a statement is about."
* ^experimental = false
* include codes from system StatementKindCodes

CodeSystem: StatementKindCodes
Id: statement-kind
Title: "Kinds of statement about what matters"
Description: "What a statement is about: what makes the person laugh matters as much as what they fear."
* insert OwnCodes
* insert Property(coded-as, Coding, [["A code that others use for the same, in the order in which to give them."]])
* insert Property(category, Coding, [["The category in which others look for it."]])
* #what-matters "What matters" "What is most important to the person."
* insert Statement(what-matters)
* insert Coded(what-matters, coded-as, [[$loinc#81363-4 "Things that matter to me"]])
* insert Coded(what-matters, coded-as, [[$sct#1515861000000103 "What is most important to me"]])
* #joy "Joy" "What the person likes and what gives them joy."
* insert Statement(joy)
* insert Coded(joy, coded-as, [[$loinc#81360-0 "My likes and joys"]])
* #laughter "Laughter" "What makes the person laugh."
* insert Statement(laughter)
* insert Coded(laughter, coded-as, [[$loinc#81361-8 "Things that make me laugh"]])
* #worry "Worry" "What the person dislikes or fears."
* insert Statement(worry)
* insert Coded(worry, coded-as, [[$loinc#81362-6 "My dislikes and fears"]])
* #belief "Belief" "What the person believes, and what follows from it."
* insert Statement(belief)
* insert Coded(belief, coded-as, [[$loinc#81364-2 "Religious or cultural beliefs"]])
* #strength "Strength" "What is strong in the person or around them, and not only what is wrong."
* insert Statement(strength)
* #people "People" "Who and what is dear to the person; a dog counts."
* insert Statement(people)
* insert Coded(people, coded-as, [[$loinc#81363-4 "Things that matter to me"]])
* insert Coded(people, coded-as, [[$sct#1515871000000105 "People who are important to me"]])
* #communication "Communication" "How the person talks, and how to talk with them."
* insert Statement(communication)
* insert Coded(communication, coded-as, [[$sct#1515881000000107 "How I communicate and how to communicate with me"]])
* #wellness "Wellness" "What a good day is like, and what a bad one."
* insert Statement(wellness)
* insert Coded(wellness, coded-as, [[$sct#1515891000000109 "My wellness"]])
* #support "Support" "How to help the person, and when."
* insert Statement(support)
* insert Coded(support, coded-as, [[$sct#1515911000000107 "How and when to support me"]])
* #unfinished "Unfinished" "What the person still wants to do or say."
* insert Statement(unfinished)
* insert Coded(unfinished, coded-as, [[$loinc#81366-7 "Unfinished business"]])
* #also-worth-knowing "Also worth knowing" "Anything else that is worth knowing about the person."
* insert Statement(also-worth-knowing)
* insert Coded(also-worth-knowing, coded-as, [[$sct#1515921000000101 "Also worth knowing about me"]])

// A statement is found as a care experience, and by readers of Person-Centered Outcomes as an assessment of what matters.
RuleSet: Statement(code)
* insert CareExperience({code})
* insert Coded({code}, category, [[$observation-category#survey "Survey"]])
* insert Coded({code}, category, [[$pco-category#what-matters "What Matters"]])
