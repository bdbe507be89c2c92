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
* insert Property(coded-as, Coding, [["A code that others use for the same, in the order in which to give them."]])
* #talked "Talked" "The person talked about it."
* insert Coded(talked, coded-as, [[$sct#713662007 "Discussion about advance care planning"]])
* #declined "Declined" "It was offered, and the person did not want to talk."
* insert Coded(declined, coded-as, [[$sct#714747005 "Advance care planning declined"]])
* #not-now "Not now" "The person wants to talk, at another time."
* #not-appropriate-now "Not appropriate now" "This was not the time to raise it."
* insert Coded(not-appropriate-now, coded-as, [[$sct#922321000000108 "Discussion about advance care planning not appropriate at this time"]])
* #given "Given" "The person answered."
* #declined-to-answer "Declined to answer" "The person was asked, and did not want to answer."
* insert Coded(declined-to-answer, coded-as, [[$absent#asked-declined "Asked But Declined"]])
* #undecided "Undecided" "The person was asked, and does not know yet."
* insert Coded(undecided, coded-as, [[$absent#asked-unknown "Asked But Unknown"]])
* #not-asked "Not asked" "Nobody asked the person."
* insert Coded(not-asked, coded-as, [[$absent#not-asked "Not Asked"]])
* #not-appropriate "Not appropriate" "It was not right to ask."
* insert Coded(not-appropriate, coded-as, [[$absent#not-asked "Not Asked"]])
* #unable-to-say "Unable to say" "The person cannot say what they want."
* insert Coded(unable-to-say, coded-as, [[$absent#asked-unknown "Asked But Unknown"]])
