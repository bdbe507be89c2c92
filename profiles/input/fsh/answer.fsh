ValueSet: Answers
Id: answer
Title: "What came of asking"
Description: "Whether the person answered, or talked, and if not, why not."
* ^experimental = false
* include codes from system AnswerCodes

CodeSystem: AnswerCodes
Id: answer
Title: "What came of asking"
Description: "Whether the person answered, or talked, and if not, why not. No answer is an answer too: it is kept, so that the question is not put again and again."
* insert OwnCodes
* insert Property(coded-as, Coding, [["A code that others use for the same, where it came of a talk."]])
* insert Property(as-absent-reason, Coding, [["HL7's code for the same, where a question has no answer."]])
* insert Property(as-place-of-death, Coding, [["A code for the same where the question was where the person wants to die: question and answer in one."]])
* #talked "Talked" "The person talked about it."
* insert Plainly(talked, [["We talked"]])
* insert Coded(talked, coded-as, [[$sct#713662007 "Discussion about advance care planning"]])
* #declined "Declined" "It was offered, and the person did not want to talk."
* insert Plainly(declined, [["I'd rather not talk about it"]])
* insert Coded(declined, coded-as, [[$sct#714747005 "Advance care planning declined"]])
* #not-now "Not now" "The person wants to talk, at another time."
* insert Coded(not-now, as-absent-reason, [[$absent#temp-unknown "Temporarily Unknown"]])
* #not-appropriate-now "Not appropriate now" "This was not the time to raise it."
* insert Plainly(not-appropriate-now, [["It was not the time to raise it"]])
* insert Coded(not-appropriate-now, coded-as, [[$sct#922321000000108 "Discussion about advance care planning not appropriate at this time"]])
* #given "Given" "The person answered."
* #declined-to-answer "Declined to answer" "The person was asked, and did not want to answer."
* insert Plainly(declined-to-answer, [["I'd rather not say"]])
* insert Coded(declined-to-answer, as-absent-reason, [[$absent#asked-declined "Asked But Declined"]])
* insert Coded(declined-to-answer, as-place-of-death, [[$sct#766391000000108 "Preferred place of death: discussion declined"]])
* #undecided "Undecided" "The person was asked, and does not know yet."
* insert Plainly(undecided, [["I don't know yet"]])
* insert Coded(undecided, as-absent-reason, [[$absent#asked-unknown "Asked But Unknown"]])
* insert Coded(undecided, as-place-of-death, [[$sct#517161000000101 "Preferred place of death: undecided"]])
* #not-asked "Not asked" "Nobody asked the person."
* insert Plainly(not-asked, [["Nobody asked"]])
* insert Coded(not-asked, as-absent-reason, [[$absent#not-asked "Not Asked"]])
* #not-appropriate "Not appropriate" "It was not right to ask."
* insert Plainly(not-appropriate, [["It was not right to ask"]])
* insert Coded(not-appropriate, as-absent-reason, [[$absent#not-asked "Not Asked"]])
* insert Coded(not-appropriate, as-place-of-death, [[$sct#517131000000106 "Preferred place of death: discussion not appropriate"]])
* #unable-to-say "Unable to say" "The person cannot say what they want."
* insert Plainly(unable-to-say, [["They cannot say"]])
* insert Coded(unable-to-say, as-absent-reason, [[$absent#asked-unknown "Asked But Unknown"]])
* insert Coded(unable-to-say, as-place-of-death, [[$sct#517111000000103 "Preferred place of death: unable to express preference"]])
