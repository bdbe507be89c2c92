Profile: FmSharing
Parent: Consent
Id: fm-sharing
Title: "What is kept from whom"
Description: "The person's choice of who may not see something they said, or who alone may: “I'll tell her myself.” What it is about carries a security label wherever it goes, with everything that would give it away. Whoever passes a record on leaves out what its reader is not to see."
* insert OwnIdentifier
* obeys fm-sharing-from-somebody
* status MS
* status ^short = "active while it is to be kept | inactive once it need not be kept any more"
* scope = $consent-scope#patient-privacy
* scope MS
* scope ^short = "It is about who may see what"
* category MS
* category ^short = "Consent of a patient, to what is passed on"
* patient 1.. MS
* patient ^short = "The person"
* dateTime MS
* dateTime ^short = "When they said so"
* performer MS
* performer ^short = "Whose wish it is"
* policy 1.. MS
* policy ^short = "Whoever cares for the person may see the rest"
* provision 1.. MS
* provision ^short = "What is an exception to that, and until when"
// A constraint on a rule would hold for the rules inside it too, which are of the same shape: an invariant says it.
* provision.period MS
* provision.period ^short = "Until when it is kept"
* provision.provision MS
* provision.provision ^short = "What is kept: deny, and from whom; or from all, and inside it permit, for those who alone may see it"
* extension contains Why named why 0..1 MS
* extension[why] ^short = "Why, in their words"

Invariant: fm-sharing-from-somebody
Severity: #error
Description: "One rule, which keeps something: from somebody, or from all but a few, and one of the two."
Expression: "provision.provision.count() = 1 and provision.provision.all(type = 'deny' and data.exists() and (actor.exists() xor provision.where(type = 'permit').actor.exists()))"
