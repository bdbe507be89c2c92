"""What is wrong with forms and their answers, as rules. Rows are those of `rules.TABLE`."""

from __future__ import annotations

FORM_RULES = """\
FM951 warning required questionnaireresponse-definitions.html#QuestionnaireResponse.questionnaire undecided
    Its questionnaire is not here
    Without the questions nobody can judge the answers. → Load the package that has it, or contain it.
FM952 information required questionnaireresponse-definitions.html#QuestionnaireResponse.questionnaire undecided
    Names no questionnaire
    Without the questions nobody can judge the answers. → Say in `questionnaire` which form was filled in.
FM953 error not-found questionnaireresponse-definitions.html#QuestionnaireResponse.item.linkId
    The questionnaire has no such item
    An answer means something only beside its question. → Correct the linkId.
FM954 error structure questionnaireresponse.html
    Item in a wrong place
    Items stand as their questions do: in the same groups and order, and groups and words have no answers. → Move it.
FM955 error required questionnaire-definitions.html#Questionnaire.item.required
    Required question without an answer
    The form asks for it before it is complete. → Answer it, or set the status to in-progress.
FM956 error invalid questionnaire-definitions.html#Questionnaire.item.enableWhen
    Answered, though the form did not ask
    Other answers switch this question off. → Take the answer out, or correct what switches it off.
FM957 error invalid questionnaire-definitions.html#Questionnaire.item.repeats
    Too many or too few answers
    The question says how many it takes. → Keep as many as it takes.
FM958 error invalid questionnaireresponse-definitions.html#QuestionnaireResponse.item.text
    Words of another question
    What stands over an answer must be what was asked. → Repeat the question's own words, or leave them out.
FM959 error invariant questionnaire-definitions.html#Questionnaire.item.type
    Answer of a wrong type
    The question says what kind of answer it takes. → Give an answer of that type.
FM960 error invariant questionnaire-definitions.html#Questionnaire.item
    Answer beyond the limits of its question
    The question says how long, how great, of what unit or kind an answer may be. → Correct the answer.
FM961 error invariant questionnaire-definitions.html#Questionnaire.item.answerOption
    Not one of the options
    The question lists its answers. → Choose one of them.
FM962 error code-invalid questionnaire-definitions.html#Questionnaire.item.answerValueSet
    Not in the value set of the question
    The question takes its answers from a value set. → Choose a code of it, in its own words.
FM963 information invariant questionnaire-definitions.html#Questionnaire.item.answerOption undecided
    Options that the form does not give
    It asks for a choice and lists nothing to choose from. → Add the options to the form.
FM964 warning code-invalid questionnaire-definitions.html#Questionnaire.item.answerValueSet undecided
    Cannot tell the options
    The value set of the question needs content that is not here. → Load its package.
FM965 error required questionnaire-definitions.html#Questionnaire.item
    Attachment that the question does not take
    The question says of what kind and size a file may be. → Attach another, or name its contentType.
FM966 warning business-rule questionnaire-definitions.html#Questionnaire.effectivePeriod
    Filled in outside the time of the form
    The form was not yet, or no longer, meant to be used. → Correct the date, or use the form of that time.
FM967 warning invariant questionnaire-definitions.html#Questionnaire.item.type
    Line breaks in a short answer
    A question of type string takes one line. → Put it into one line, or ask for a text.
FM968 warning incomplete questionnaire-definitions.html#Questionnaire.item.enableWhen undecided
    Cannot tell whether the form asks
    What switches the question on could not be evaluated here. → Check it with another tool.
FM969 error business-rule questionnaire-definitions.html#Questionnaire.item.enableWhen.question
    Switched by a question that cannot switch it
    enableWhen names another question of the same form, outside its own item. → Correct the linkId.
FM970 warning business-rule questionnaire-definitions.html#Questionnaire.item.enableWhen.question
    Switched by a later question
    Whoever fills in the form has not yet answered it. → Move the question up.
FM971 error invalid questionnaireresponse-definitions.html#QuestionnaireResponse.questionnaire
    Names something that is no questionnaire
    Only a Questionnaire has questions. → Write the canonical of the form.
FM972 error business-rule questionnaire-definitions.html#Questionnaire.derivedFrom
    Not as in the form that it derives from
    Whoever knows the other form relies on what it asks for. → Ask as the other form does.
"""
