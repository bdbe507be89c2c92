// What only the questionnaire asks; a record has fields for it.

CodeSystem: PartOfLifeCodes
Id: part-of-life
Title: "Part of life"
Description: "Which part of life a consideration is about. In an option, the direction is part of the code: see consideration."
* insert OwnCodes
* #techno-clinical "Techno-clinical" "The body, and what is done for it."
* insert Plainly(techno-clinical, [["My body and my treatment"]])
* #psychological "Psychological" "How it feels to the person."
* insert Plainly(psychological, [["How it feels to me"]])
* #social "Social" "The people around the person, and everyday life."
* insert Plainly(social, [["People, and everyday life"]])
* #spiritual "Spiritual" "What gives meaning: faith, hope, who the person is."
* insert Plainly(spiritual, [["What gives meaning: faith, hope, who I am"]])

CodeSystem: StillCodes
Id: still
Title: "Whether it still stands"
Description: "What the person says today of what they said before."
* insert OwnCodes
* #stands "Still stands" "They said it again: it still stands."
* insert Plainly(stands, [["Yes, that still stands"]])
* #differs "Differs now" "They see it differently now; what was said before stays readable, and is replaced."
* insert Plainly(differs, [["No, I see it differently now"]])
* #mistaken "Written down wrongly" "Nobody said this; it was written down by mistake."
* insert Plainly(mistaken, [["That was written down wrongly"]])
