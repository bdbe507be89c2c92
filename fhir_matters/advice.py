"""What is missing from a record of what matters, as rules: advice, never errors. Rows are those of `rules.TABLE`."""

from __future__ import annotations

ADVICE = """\
FM801 warning business-rule patient-definitions.html#Patient.photo
    A wound is pictured, and the face is not
    Who sees only the wound does not see whom they treat. → Ask whether they would like a picture of their face here.
FM802 information business-rule patient-definitions.html#Patient.name
    Nobody has written down what they like to be called
    It is the first word that anybody will say to them. → Ask them, and write it down as likes_to_be_called.
FM803 warning business-rule practitioner-definitions.html#Practitioner.name
    A colleague without a name
    The person cannot meet the same professional again, or ring them, by a role. → Add the name, if they agree.
FM804 warning business-rule observation-definitions.html#Observation.performer
    Every word is a professional's
    What matters is told best by the one it matters to, or by who loves them. → Ask them; write down their own words.
FM805 information business-rule observation.html
    Only what is wrong, nothing strong
    People are more than what ails them. → Ask what gives them joy or strength, and who.
FM811 warning business-rule observation-definitions.html#Observation.component
    Only techno-clinical considerations
    What tips a choice is often psychological, social or spiritual. → Ask what each option would mean for their life.
FM812 warning business-rule observation-definitions.html#Observation.component
    Nothing said for an option
    An option with nothing for it is only a warning. → Ask what would speak for it, or leave the option out.
FM813 warning business-rule observation-definitions.html#Observation.hasMember
    No option leaves things as they are
    Without it, doing something looks like the only way. → Add what comes if nothing is changed, as_things_are: true.
FM814 warning business-rule observation-definitions.html#Observation.derivedFrom
    A decision that rests on nothing that matters
    The next reader cannot tell why it was right for this person. → Name what matters, or preferences, in rests_on.
FM815 warning business-rule observation-definitions.html#Observation.performer
    A choice made by a professional
    What a professional decides for someone is advice. → Ask whose choice it is; keep the advice as a consideration.
FM816 warning business-rule consent-definitions.html#Consent.performer
    A CPR decision with no word of the person or their people
    What CPR can do is medicine; whether they want it is theirs to say. → Talk with them, or with who speaks for them.
FM821 warning business-rule observation-definitions.html#Observation.effective_x_
    Past its review date
    Wishes move, and this was to be asked again by then. → Ask whether it still stands; add still_stands or look_again.
FM822 warning business-rule consent-definitions.html#Consent.provision.period
    No longer valid
    Readers after that day do not know what to go by. → Ask again, and let the new answer replace this one.
FM823 warning business-rule consent-definitions.html#Consent.provision.period
    A picture or recording past the last day on which it may be shown
    They agreed to its being shown until then, and it is still here. → Ask them again, or take it out.
FM824 warning business-rule consent-definitions.html#Consent.provision.period
    Kept from somebody until a day that has passed
    What was told in confidence is now open to those it was kept from. → Ask whether it may be; set ended, or until.
FM831 warning duplicate procedure.html
    The same conversation again, with nothing new
    Telling it all again costs strength and time. → Read what was said; ask what they want to talk about; write it down.
FM832 information duplicate observation.html
    Asked again, with the answer on record
    They have answered this before. → Read them their answer, ask whether it still stands, and add still_stands.
FM841 warning code-invalid datatypes-definitions.html#Coding.display
    A code that does not mean what its display says
    Programs go by the code, people by the display. → Look the code up in its code system; correct the wrong one.
FM851 warning business-rule servicerequest-definitions.html#ServiceRequest.reasonCode
    A departure without a reason
    The reason is what covers a colleague who leaves the protocol for this person. → Ask why it was agreed; write why.
FM852 warning business-rule servicerequest-definitions.html#ServiceRequest.requester
    A departure that nobody agreed to
    Whoever acts on it does not know whom to ask, or whom they have behind them. → Name who agreed, in agreed_by.
FM853 information business-rule servicerequest-definitions.html#ServiceRequest.occurrence_x_
    A departure without an end
    What has no end is looked at by nobody again. → Ask until when it should be so; write until.
FM854 warning business-rule careplan-definitions.html#CarePlan.addresses
    A plan that does not say what it is for
    Who stands at the bed cannot tell whether this is the moment. → Ask what is feared or hoped for; write it under if.
FM855 warning business-rule careplan-definitions.html#CarePlan.careTeam
    A plan without a first call
    In the worst minute somebody has to guess whom to ring. → Ask whom they want called first; write call_first.
FM861 information business-rule observation-definitions.html#Observation.focus
    Put into practice, and no word on whether it was honoured
    Whether it went as they wished is known to those who were there, and soon forgotten. → Ask them; add an outcome.
FM862 information business-rule observation-definitions.html#Observation.note
    Not honoured, or only partly, and not why
    The reason is what the next family could be spared. → Ask who was there what stood in the way; write why.
FM863 information business-rule observation-definitions.html#Observation.focus
    Another place than the one wished for, and no word on it
    They may have changed their mind, or nobody could help it; it does not say. → Ask; add an outcome of that wish.
"""
