// Every resource that a record makes can be found again, on any server, by one identifier.

RuleSet: OwnIdentifier
* identifier MS
* identifier ^short = "The numbers and names that systems gave it"
* insert Sliced(identifier, [["By the system that gave it"]])
* identifier contains record 0..1 MS
* identifier[record] ^patternIdentifier.system = $identifier
* identifier[record] ^short = "Where this stands in the record that it was made from"
* identifier[record] ^definition = "The record's id, the part of the record and the key in it, with slashes between. The same words keep the same identifier wherever they go, so that sending them twice does not double them."
* identifier[record].system 1..1
* identifier[record].value 1..1

Instance: record-identifier
InstanceOf: NamingSystem
Usage: #definition
* name = "FhirMattersIdentifier"
* status = #active
* kind = #identifier
* date = "2026"
* publisher = "fhir-matters"
* description = "Where something stands in a record of what a person said: the record's id, the part of the record and the key in it, with slashes between."
* uniqueId.type = #uri
* uniqueId.value = $identifier
* uniqueId.preferred = true
