Profile: FmSomeone
Parent: RelatedPerson
Id: fm-someone
Title: "Someone who matters"
Description: "Someone in the person's life, in the person's own words: who they are to them, and whether they speak for them, know them best, are called first, are told, or are not told."
* insert OwnIdentifier
* obeys fm-someone-known
* active MS
* active ^short = "Whether they are in the person's life"
* patient MS
* patient ^short = "The person to whom they matter"
* name MS
* name ^short = "Their name, as the person says it"
* relationship MS
* relationship ^short = "Who they are to the person"
* relationship.text MS
* relationship.text ^short = "In the person's own words: “my son”, “my sister, who never rings”"
* telecom MS
* telecom ^short = "How to reach them"
* extension contains SomeoneRole named role 0..* MS and Does named does 0..1 MS
* obeys fm-someone-told

Invariant: fm-someone-known
Severity: #error
Description: "Someone has a name, or is known by what they are to the person."
Expression: "name.exists() or relationship.exists()"

Invariant: fm-someone-told
Severity: #warning
Description: "The same person is both to be told and not to be told."
Expression: "(extension.where(url = 'https://w3id.org/fhir-matters/StructureDefinition/someone-role').value.where($this = 'to-be-told').exists() and extension.where(url = 'https://w3id.org/fhir-matters/StructureDefinition/someone-role').value.where($this = 'not-to-be-told').exists()).not()"
