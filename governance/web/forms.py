"""Forms and refusals: a rule's « no » is shown beside the field it speaks of."""

from typing import Any

from governance.core.refusals import Refusal


def attach(form: Any, refusal: Refusal) -> None:
    """Put a refusal's message on the field of a WTForms form that it names, or on the form itself."""
    name = (refusal.field or "").strip("/").partition("/")[0]
    errors = form[name].errors if name in form else form.form_errors
    message = refusal.message
    if isinstance(errors, tuple):  # WTForms keeps a tuple until the field is validated
        form[name].errors = [*errors, message]
    else:
        errors.append(message)
