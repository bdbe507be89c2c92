Extension: SomeoneRole
Id: someone-role
Title: "What someone does for the person"
Description: "What the person wants this someone to be: the one who speaks for them, who knows them best, who is called first, who is told, or who is not told. It is the person's wish, and no legal power: that is a Consent."
Context: RelatedPerson
* value[x] only code
* value[x] 1..1
* value[x] from SomeoneRoles (required)
* value[x] ^short = "What they do for the person"

ValueSet: SomeoneRoles
Id: someone-role
Title: "What someone does for the person"
Description: "All the parts that someone can play, as the person sees it."
* ^experimental = false
* include codes from system SomeoneRoleCodes

CodeSystem: SomeoneRoleCodes
Id: someone-role
Title: "What someone does for the person"
Description: "The parts that someone can play, as the person sees it."
* insert OwnCodes
* #speaks-for-me "Speaks for me" "Speaks for the person when they cannot, as far as the person is concerned."
* #knows-me-best "Knows me best" "Knows the person best: ask them what this person would have wanted."
* #call-first "Call first" "Is the first to be called."
* #to-be-told "To be told" "Is to be told how the person is."
* #not-to-be-told "Not to be told" "Is not to be told, for as long as the person wants it so."
