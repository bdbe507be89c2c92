Profile: FmRecording
Parent: Media
Id: fm-recording
Title: "Picture or recording"
Description: "A picture, a film, a paper, or the person's own voice, carried whole and proved by its hash. Whether it may be shown is a Consent beside it."
* insert OwnIdentifier
* obeys fm-recording-whole
* status MS
* status ^short = "completed; entered-in-error where it is not what it says"
* type MS
* type ^short = "Image, video or audio"
* partOf MS
* partOf ^short = "The talk in which it was made"
* subject 1.. MS
* subject only Reference(Patient)
* subject ^short = "The person"
* created[x] MS
* created[x] ^short = "When it was made"
* operator MS
* operator ^short = "Who made it"
* content MS
* content ^short = "The file, with its size and its hash"
* content.contentType 1.. MS
* content.contentType ^short = "What kind of file it is"
* content.hash MS
* content.hash ^short = "The SHA-1 of the file: it proves that none of it was lost"
* note MS
* note ^short = "Who or what is to be seen or heard"
* extension contains Replaces named replaces 0..1 MS

Invariant: fm-recording-whole
Severity: #error
Description: "A recording is carried whole, or says where it is."
Expression: "content.data.exists() or content.url.exists()"
