"""What a category asks of its featured products, without code: fields, versions, form, values.

schema = parameters.schema_of(category)                    # what counts now, or None
form = parameters.parameter_form(schema, request.form, product.parameters, draft=False)
product.parameters = form.values()                         # JSON, by key
parameters.facts(parameters.fields_of(product.schema), product.parameters)  # (field, text)
parameters.asked_anew(schema, product.schema)              # what the next edit asks for
"""

from workflows.parameters.fields import (
    FILTERABLE,
    OF_CHOICES,
    TYPE_LABELS,
    FieldType,
    Option,
    Parameter,
    fields_of,
    parse,
)
from workflows.parameters.form import ParameterForm, parameter_form
from workflows.parameters.values import facts, loaded, missing, shown
from workflows.parameters.versions import (
    SchemaRefused,
    asked_anew,
    own_schema,
    renew,
    schema_of,
    types_known,
)

__all__ = [
    "FILTERABLE",
    "OF_CHOICES",
    "TYPE_LABELS",
    "FieldType",
    "Option",
    "Parameter",
    "ParameterForm",
    "SchemaRefused",
    "asked_anew",
    "facts",
    "fields_of",
    "loaded",
    "missing",
    "own_schema",
    "parameter_form",
    "parse",
    "renew",
    "schema_of",
    "shown",
    "types_known",
]
