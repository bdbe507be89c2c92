Extension: HowFirm
Id: how-firm
Title: "How firm"
Description: "How sure the person is, in their words: “Sure today. Ask me again if I'm frightened.”"
Context: Observation
* value[x] only string
* value[x] 1..1
* value[x] ^short = "How sure they are"
