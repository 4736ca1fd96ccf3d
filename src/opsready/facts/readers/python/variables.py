"""The variables of the environment that Python code reads."""

from collections.abc import Iterator

from opsready.documents.python_code import PythonCode
from opsready.documents.python_values import Text
from opsready.documents.python_variables import Variable
from opsready.documents.variable_name import is_of_the_machine, is_secret
from opsready.facts.fact import Claim, Fact
from opsready.facts.python_fact import at_run_time, masked, python_fact
from opsready.facts.reader import Reader
from opsready.sources.source import Bundle

DEFAULT_AT_MOST = 200


def read(bundle: Bundle) -> Iterator[Fact]:
    """One fact a read; where the name itself is built at run time that is said."""
    code = bundle.assembled(PythonCode)
    for variable in code.variables:
        place = (variable.scope, variable.line)
        if is_of_the_machine(variable.name.text):
            continue
        if variable.name.whole:
            value = _value(variable)
            sure = variable.name.sure
            yield python_fact(code, Claim.ENV_VAR, value, *place, sure=sure)
        else:
            why = "the variable's name is built when the service starts"
            yield at_run_time(code, Claim.ENV_VAR, why, *place, variable.name.text)


def _value(variable: Variable) -> dict[str, object]:
    """`default` is what the code takes without the variable, never a secret."""
    name = variable.name.text
    secret = variable.is_secret_type or is_secret(name)
    return {
        "name": name,
        "secret": secret,
        "default": None if secret else _shown(variable.default),
        "required": variable.required,
    }


def _shown(default: Text | None) -> str | None:
    is_short = default is not None and len(default.text) <= DEFAULT_AT_MOST
    return masked(default.text) if default is not None and default.whole and is_short else None


READER = Reader("python-variables", read)
