// The short answer. The person's words are always beside it, and win.

ValueSet: Wishes
Id: wish
Title: "Short answers"
Description: "Short answers to a question about a preference; any other answer is words."
* ^experimental = false
* include codes from system WishCodes

CodeSystem: WishCodes
Id: wish
Title: "Short answers"
Description: "Short answers to a question about a preference. What the person said stands beside it in their own words, with the conditions that they put on it."
* insert OwnCodes
* insert Property(coded-as, Coding, [["A code that others use for the same."]])
* insert Property(as-place-of-death, Coding, [["A code for this answer where the question was where the person wants to die: question and answer in one."]])
* insert Property(as-actual-place-of-death, Coding, [["A code for this answer where the question is where the person died."]])
* insert Property(as-cpr, Coding, [["A code for this answer where the question was about CPR."]])
* #home "Home" "At home."
* insert Coded(home, coded-as, [[$sct#264362003 "Home"]])
* insert Coded(home, as-place-of-death, [[$sct#110481000000108 "Preferred place of death: home"]])
* insert Coded(home, as-actual-place-of-death, [[$sct#876879006 "Died at home"]])
* #hospice "Hospice" "In a hospice."
* insert Coded(hospice, coded-as, [[$sct#284546000 "Hospice"]])
* insert Coded(hospice, as-place-of-death, [[$sct#108401000000102 "Preferred place of death: hospice"]])
* insert Coded(hospice, as-actual-place-of-death, [[$sct#876882001 "Died in hospice"]])
* #hospital "Hospital" "In a hospital."
* insert Coded(hospital, coded-as, [[$sct#22232009 "Hospital"]])
* insert Coded(hospital, as-place-of-death, [[$sct#109401000000108 "Preferred place of death: hospital"]])
* insert Coded(hospital, as-actual-place-of-death, [[$sct#183676005 "Died in hospital"]])
* #nursing-home "Nursing home" "In a nursing home."
* insert Coded(nursing-home, coded-as, [[$sct#108344006 "Nursing home AND/OR ambulatory care site"]])
* insert Coded(nursing-home, as-place-of-death, [[$sct#89761000000106 "Preferred place of death: nursing home"]])
* insert Coded(nursing-home, as-actual-place-of-death, [[$sct#876884000 "Died in nursing home"]])
* #yes "Yes" "Yes; read the conditions too."
* insert Coded(yes, coded-as, [[$sct#373066001 "Yes"]])
* insert Coded(yes, as-cpr, [[$sct#450475007 "For attempted cardiopulmonary resuscitation"]])
* #no "No" "No; read the conditions too."
* insert Coded(no, coded-as, [[$sct#373067005 "No"]])
* insert Coded(no, as-cpr, [[$sct#450476008 "Not for attempted cardiopulmonary resuscitation"]])
