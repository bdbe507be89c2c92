Profile: FmOption
Parent: Observation
Id: fm-option
Title: "Option"
Description: "One way to go, with what speaks for it and against it: for the body, the mind, the life with others, and the spirit. Each in the words of the one who raised it, with what it weighs for the person."
* insert Said
* code MS
* code ^short = "What this option is"
* code.text 1.. MS
* code.text ^short = "What this option is: “Go home with a plan”"
* code.coding 1.. MS
* code.coding ^short = "That it is an option, for systems"
* insert Sliced(code.coding, [["That it is an option; more codes are welcome"]])
* code.coding contains kind 1..1 MS
* code.coding[kind] ^short = "An option"
* value[x] ^short = "What else was said of it as a whole"
* code.coding[kind] = ObservationKindCodes#option
* component MS
* component ^short = "One thing that speaks for or against"
* component.code MS
* component.code ^short = "In which part of life, and whether for or against"
* component.code.coding 1.. MS
* component.code.coding ^short = "Part of life and direction, for systems"
* insert Sliced(component.code.coding, [["Domain and direction in one code; more codes are welcome"]])
* component.code.coding contains consideration 1..1 MS
* component.code.coding[consideration] from Considerations (required)
* component.code.coding[consideration] ^patternCoding.system = Canonical(ConsiderationCodes)
* component.code.coding[consideration] ^short = "Techno-clinical, psychological, social or spiritual; for or against"
* component.code.coding[consideration].code 1..1
* component.value[x] 1.. MS
* component.value[x] only string or CodeableConcept
* component.value[x] ^short = "What it is, in the words of the one who raised it"
* component.extension contains
    Likelihood named likelihood 0..1 MS and
    Weight named weight 0..1 MS and
    RaisedBy named raisedBy 0..1 MS and
    TippedIt named tippedIt 0..1 MS
* extension contains AsThingsAre named asThingsAre 0..1 MS

ValueSet: Considerations
Id: consideration
Title: "What speaks for or against an option"
Description: "The four parts of life, each for and against."
* ^experimental = false
* include codes from system ConsiderationCodes

CodeSystem: ConsiderationCodes
Id: consideration
Title: "What speaks for or against an option"
Description: "A choice is weighed in four parts of life, and each may speak for an option as well as against it."
* insert OwnCodes
* insert Property(domain, string, [["The part of life: techno-clinical, psychological, social or spiritual."]])
* insert Property(direction, string, [["Whether it speaks for the option or against it."]])
* insert Consideration(techno-clinical, for, [["Techno-clinical: for"]], [["What treatment and the body have to say for it."]])
* insert Consideration(techno-clinical, against, [["Techno-clinical: against"]], [["What treatment and the body have to say against it."]])
* insert Consideration(psychological, for, [["Psychological: for"]], [["What speaks for it in the person's mind and heart."]])
* insert Consideration(psychological, against, [["Psychological: against"]], [["What speaks against it in the person's mind and heart."]])
* insert Consideration(social, for, [["Social: for"]], [["What speaks for it in the life with others."]])
* insert Consideration(social, against, [["Social: against"]], [["What speaks against it in the life with others."]])
* insert Consideration(spiritual, for, [["Spiritual: for"]], [["What speaks for it in what the person believes and lives for."]])
* insert Consideration(spiritual, against, [["Spiritual: against"]], [["What speaks against it in what the person believes and lives for."]])

RuleSet: Consideration(domain, direction, display, definition)
* #{domain}-{direction} {display} {definition}
* #{domain}-{direction} ^property[+].code = #domain
* #{domain}-{direction} ^property[=].valueString = "{domain}"
* #{domain}-{direction} ^property[+].code = #direction
* #{domain}-{direction} ^property[=].valueString = "{direction}"
