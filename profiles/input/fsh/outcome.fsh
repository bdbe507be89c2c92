Profile: FmOutcome
Parent: Observation
Id: fm-outcome
Title: "How it went"
Description: "Whether a wish, a choice, a departure or a plan was honoured, as somebody saw it: the person, someone close to them, or a professional. With what did not have to happen. Two may see it differently, and both stay."
* insert Said
* category 1.. MS
* category ^short = "Where others look for it"
// Not `survey`: PCO takes each answer under it for an assessment of what matters.
* insert Sliced(category, [["Out of the person's life; more categories are welcome"]])
* category contains life 1..1 MS
* category[life] = $observation-category#social-history
* category[life] ^short = "Out of the person's life"
* code MS
* code ^short = "That it says how it went"
* code.coding 1.. MS
* code.coding ^short = "That it says how it went, for systems"
* insert Sliced(code.coding, [["That it says how it went; more codes are welcome"]])
* code.coding contains kind 1..1 MS
* code.coding[kind] = ObservationKindCodes#outcome
* code.coding[kind] ^short = "How it went"
* focus 1..1 MS
* focus ^short = "The wish, choice, departure or plan that it is about"
* performer 1..
* derivedFrom MS
* derivedFrom ^short = "The recording in which it can be heard"
* value[x] 1..
* value[x] only CodeableConcept
* value[x] ^short = "Whether it was honoured; how it went, in their words"
* value[x].coding 1.. MS
* value[x].coding ^short = "Whether it was honoured, for systems"
* insert Sliced(value[x].coding, [["Whether it was honoured; more codes are welcome"]])
* value[x].coding contains honoured 1..1 MS
* value[x].coding[honoured] from HonouredAnswers (required)
* value[x].coding[honoured] ^patternCoding.system = Canonical(HonouredCodes)
* value[x].coding[honoured] ^short = "Yes | partly | no | changed their mind | could not know"
* value[x].coding[honoured].code 1..1
* component MS
* component ^short = "Something that did not have to happen; or where it was in the end"
* component.code MS
* component.code ^short = "What did not have to happen; or that this is the place"
* component.code.coding 1.. MS
* component.code.coding ^short = "What did not have to happen, for systems"
* insert Sliced(component.code.coding, [["What it says; more codes are welcome"]])
* component.code.coding contains part 1..1 MS
* component.code.coding[part] from OutcomeParts (required)
* component.code.coding[part] ^patternCoding.system = Canonical(OutcomePartCodes)
* component.code.coding[part] ^short = "Hospital admission | ambulance call | distress | … | the place"
* component.code.coding[part].code 1..1
* component.value[x] 1.. MS
* component.value[x] only string or boolean or CodeableConcept
* component.value[x] ^short = "In the words of the one who saw it, or just true; the place, with its codes"
* component.extension contains
    HoursSaved named hoursSaved 0..1 MS and
    SeenBy named seenBy 0..1 MS

ValueSet: HonouredAnswers
Id: honoured
Title: "Whether it was honoured"
Description: "Whether what the person wanted was honoured."
* ^experimental = false
* include codes from system HonouredCodes

CodeSystem: HonouredCodes
Id: honoured
Title: "Whether it was honoured"
Description: "Whether what the person wanted was honoured, as somebody saw it; the words beside it say how it went."
* insert OwnCodes
* #yes "Honoured" "It was as the person wanted."
* #partly "Partly honoured" "Some of it was as the person wanted."
* #no "Not honoured" "It was not as the person wanted."
* #changed-their-mind "Changed their mind" "The person wanted something else by then."
* #could-not-know "Could not know" "Nobody could know what the person wanted, or whether it was so."

ValueSet: OutcomeParts
Id: outcome-part
Title: "Parts of how it went"
Description: "What did not have to happen, and where it was in the end."
* ^experimental = false
* include codes from system OutcomePartCodes

CodeSystem: OutcomePartCodes
Id: outcome-part
Title: "Parts of how it went"
Description: "What did not have to happen because what mattered was known, and where it was in the end."
* insert OwnCodes
* #hospital-admission "Hospital admission avoided" "The person did not have to go into hospital."
* #ambulance-call "Ambulance call avoided" "Nobody had to call an ambulance."
* #distress "Distress avoided" "The person, or somebody close to them, was spared distress."
* #repeated-conversation "Repeated conversation avoided" "The person did not have to say the same things again."
* #staff-time "Staff time saved" "Staff had the time for something else."
* #something-else "Something else avoided" "Something else did not have to happen; the words say what."
* #place "Where it was" "Where it was in the end."
