"""A terminology server that is a dictionary: it says what it was told to say, and remembers what it was asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from fhir_matters.coded import Question, Replies, Told


@dataclass
class Saying:
    answers: Mapping[Question, Told] = field(default_factory=dict)
    trouble: str = ""
    name: str = "https://tx.example.org"
    asked: list[list[Question]] = field(default_factory=list)

    def ask(self, questions: Sequence[Question]) -> Replies:
        self.asked.append(list(questions))
        if self.trouble:
            return Replies(trouble=self.trouble)
        return Replies({each: self.answers.get(each, Told()) for each in questions})
