Profile: FmPerson
Parent: Patient
Id: fm-person
Title: "Person"
Description: "The person whose record this is: the name they like to be called, their face, and how to talk with them."
* insert OwnIdentifier
* name 1.. MS
* name ^short = "Their name, and the name they like to be called"
* name ^definition = "The name as they write it. The name that they like to be called is a name of its own, with the use “usual” or “nickname”."
* name.text MS
* name.text ^short = "The whole name, as they write it"
* birthDate MS
* birthDate ^short = "When they were born; a year alone is a date"
* gender MS
* gender ^short = "Their gender, for administration"
* telecom MS
* telecom ^short = "How to reach them"
* photo MS
* photo ^short = "Their face"
* photo ^definition = "A picture of the person as they want to be seen. It comes before any picture of a wound."
* communication MS
* communication ^short = "The language in which they want to talk"
* extension contains
    $interpreter named interpreter 0..1 MS and
    Communicates named communicates 0..1 MS and
    BeingThatMatters named beingThatMatters 0..* MS
* extension[interpreter] ^short = "Whether an interpreter is needed"
