Extension: BeingThatMatters
Id: being-that-matters
Title: "Someone who matters and is not a person with a name here"
Description: "A dog, a choir, the neighbours, a grandmother long dead: they matter, and RelatedPerson is not for them."
Context: Patient
* extension contains
    key 0..1 and
    who 1..1 MS and
    relation 0..1 MS and
    role 0..* and
    does 0..1 and
    phone 0..1 and
    email 0..1
* extension[key].value[x] only string
* extension[key] ^short = "The name that the record gives to this part"
* extension[who].value[x] only string
* extension[who] ^short = "Who it is: “Bess, the dog”"
* extension[relation].value[x] only string
* extension[relation] ^short = "What they are to the person, in the person's own words"
* extension[role].value[x] only code
* extension[role].value[x] from SomeoneRoles (required)
* extension[role] ^short = "What the person wants them to be"
* extension[does].value[x] only string
* extension[does] ^short = "What they do for the person, in plain words"
* extension[phone].value[x] only string
* extension[phone] ^short = "How to ring them"
* extension[email].value[x] only string
* extension[email] ^short = "How to write to them"
