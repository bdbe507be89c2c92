Extension: DepartsFrom
Id: departs-from
Title: "Departs from"
Description: "Which protocol or standard is departed from: by name, so that a colleague knows which one is meant, with its code and where it can be read where there are any."
Context: ServiceRequest
* extension contains name 1..1 MS and code 0..1 MS and source 0..1 MS
* extension[name].value[x] only string
* extension[name].value[x] 1..1
* extension[name] ^short = "What it is called"
* extension[code].value[x] only Coding
* extension[code] ^short = "Its code, where somebody gave it one"
* extension[source].value[x] only url
* extension[source] ^short = "Where it can be read"
