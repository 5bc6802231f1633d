"""What a filled form says that outlives it (结果): answers to asks, consent, what became of each person. Read by what
each question is (`ruhu:field`), so that a county's own form may look as it likes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from survey_forms.filling.filling import Filling

_OF_ASK = ("answer", "value", "document", "note")


def asks_answered(filling: Filling) -> list[dict[str, str]]:
    """The asks that have an answer: {"ask", "answer", "value", "document", "note"}, in form order."""
    told = {name: by_instance(filling, f"ask.{name}") for name in _OF_ASK}
    told["document"] = _in_words(filling, "ask.document")
    found = []
    for instance, ask in by_instance(filling, "ask.id").items():
        answer = {"ask": ask} | {name: of_field.get(instance, "") for name, of_field in told.items()}
        if ask and answer["answer"]:
            found.append(answer)
    return found


def outcome(filling: Filling) -> dict[str, Any]:
    """{"consent", "household", "people": [{"person", "status", "outcome"}]}; people of the form that no list names have
    no id and are left to the answers."""
    status, result = by_instance(filling, "person.status"), by_instance(filling, "person.outcome")
    people = [
        {"person": person, "status": status.get(instance, ""), "outcome": result.get(instance, "")}
        for instance, person in by_instance(filling, "person.id").items()
        if person
    ]
    return {"consent": _one(filling, "visit.consent"), "household": _one(filling, "visit.outcome"), "people": people}


def by_instance(filling: Filling, field: str) -> dict[str, str]:
    """The values of a field by the repeat instance they stand in, in form order; '' for those outside of a repeat.
    Values of questions that are not asked (不相关) are left out."""
    return {instance_of(ref): filling.value(ref) for ref in filling.field_nodes(field) if filling.relevant(ref)}


def _in_words(filling: Filling, field: str) -> dict[str, str]:
    """As `by_instance`, choices by their labels in the form's own language: a decision will quote them."""
    spoken = filling.language
    filling.set_language(filling.definition.default_language)
    try:
        return {instance_of(ref): filling.shown(ref) for ref in filling.field_nodes(field) if filling.relevant(ref)}
    finally:
        filling.set_language(spoken)


def instance_of(ref: str) -> str:
    """The nearest repeat instance that a ref stands in: `/data/member[2]/who/name` is in `/data/member[2]`."""
    return ref[: ref.rfind("]") + 1]


def _one(filling: Filling, field: str) -> str:
    return next(iter(by_instance(filling, field).values()), "")
