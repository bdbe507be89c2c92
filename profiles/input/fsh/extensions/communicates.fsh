Extension: Communicates
Id: communicates
Title: "How they communicate"
Description: "How the person makes themselves understood and how to talk with them, in plain words: “Hears better on his left. Give him time to finish.”"
Context: Patient
* value[x] only string
* value[x] 1..1
* value[x] ^short = "How to talk with them"
