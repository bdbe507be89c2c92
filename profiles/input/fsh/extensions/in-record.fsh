Extension: InRecord
Id: in-record
Title: "Where it stands in the record"
Description: "The identifier of what has none in R4: the record's id, the part of the record and the key in it. Sent twice, it is the same."
Context: Provenance
* value[x] only Identifier
* value[x] 1..1
* value[x] ^short = "The record's identifier for it"
* value[x].system 1..1
* value[x].value 1..1
