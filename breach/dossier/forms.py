"""What is typed of the fact base: one field for each fact, made from the facts themselves."""

from itertools import starmap
from typing import Any

from flask_wtf import FlaskForm
from wtforms import SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs know WTForms 3.2
from wtforms.widgets import CheckboxInput, ListWidget

from breach.dossier.facts import TYPED
from breach.dossier.rules import LINE_LIMIT, TEXT_LIMIT, Fact, Facts, Kind, Value


def _field(fact: Fact) -> Any:
    choices = list(starmap(SelectChoice, fact.choices.items()))
    match fact.kind:
        case Kind.TEXT:
            return TextAreaField(fact.label, render_kw={"rows": 4, "maxlength": TEXT_LIMIT})
        case Kind.ONE:
            return SelectField(fact.label, choices=[SelectChoice("", "—"), *choices], default="")
        case Kind.SEVERAL:
            boxes: dict[str, Any] = {"widget": ListWidget(prefix_label=False), "option_widget": CheckboxInput()}
            return SelectMultipleField(fact.label, choices=choices, **boxes)
        case _:
            return StringField(fact.label, render_kw={"maxlength": LINE_LIMIT, "autocomplete": "off"})


class _Base(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    def typed(self) -> dict[str, Value]:
        """Return what was typed, fact by fact."""
        return {one.id: tuple(value) if isinstance(value := self[one.id].data, list) else value or "" for one in TYPED}


FactsForm: Any = type("FactsForm", (_Base,), {one.id: _field(one) for one in TYPED})


def shown(facts: Facts) -> Any:
    """Return the form, filled with what is known."""
    return FactsForm(formdata=None, data={one.id: _shown(facts.get(one.id, "")) for one in TYPED})


def _shown(value: Value) -> Any:
    return list(value) if isinstance(value, tuple) else value
