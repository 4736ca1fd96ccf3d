"""The variables of the environment that Python code reads."""

import re
from collections.abc import Iterator

from opsready.documents.python_code import PythonCode
from opsready.documents.python_values import Text
from opsready.documents.python_variables import Variable
from opsready.facts.fact import Claim, Fact
from opsready.facts.python_fact import at_run_time, masked, python_fact
from opsready.facts.reader import Reader
from opsready.sources.source import Bundle

_SECRET = re.compile(
    r"(^|_)(PASS|PASSWD|PASSWORD|PASSPHRASE|PWD|SECRET|TOKEN|DSN|CREDENTIALS?|APIKEY|SALT|PEPPER"
    r"|(API|PRIVATE|SECRET|ACCESS|SIGNING|ENCRYPTION|AUTH|HMAC|MASTER|LICENSE|JWT|SERVICE)_KEY)"
    r"S?(_|\d|$)"
)
# An address with a password in it: what every library of these servers is given.
_WITH_PASSWORD = re.compile(
    r"(^|_)(DATABASE|DB|POSTGRES|POSTGRESQL|PG|MYSQL|MONGO|MONGODB|SQLALCHEMY|AMQP|RABBITMQ|BROKER)"
    r"\w*_(URL|URI)$|^DATABASE_URI$"
)
# Of a secret, but not one: how long, how, where, and whether.
_ABOUT = re.compile(
    r"_(FILE|PATH|DIR|NAME|ID|URL|URI|HOST|PORT|TTL|AGE|EXPIR\w*|LIFETIME|TIMEOUT|MINUTES|SECONDS"
    r"|DAYS|HOURS|LENGTH|SIZE|LIMIT|ENABLED|REQUIRED|HEADER|TYPE|ALGORITHM|PREFIX|SUFFIX|ISSUER|AUDIENCE"
    r"|SCOPES?|ARN|REGION|POLICY|VERSION|ENDPOINT|BACKEND|PROVIDER|ROTATION|MIN|MAX|COUNT)$"
    r"|^(NO|USE|ENABLE|DISABLE|ALLOW|SKIP|REQUIRE|MIN|MAX|PUBLIC)_|_PUBLIC_|_?LOG_"
)

# Set by the system, the shell or a test runner, and configured by nobody.
_OF_THE_MACHINE = re.compile(
    r"^(PATH|HOME|PWD|USER|USERNAME|USERPROFILE|LOGNAME|SHELL|TERM|COLUMNS|LINES|TMPDIR|TEMP|TMP"
    r"|LANG|LANGUAGE|LC_\w+|DISPLAY|EDITOR|PAGER|COMSPEC|APPDATA|LOCALAPPDATA|PROGRAMDATA|XDG_\w+"
    r"|PYTEST_\w+|VIRTUAL_ENV|CONDA_\w+|NO_COLOR|FORCE_COLOR|CI|GITHUB_WORKFLOW|GITHUB_ACTIONS)$"
)
DEFAULT_AT_MOST = 200


def read(bundle: Bundle) -> Iterator[Fact]:
    """One fact a read; where the name itself is built at run time that is said."""
    code = bundle.assembled(PythonCode)
    for variable in code.variables:
        place = (variable.scope, variable.line)
        if _OF_THE_MACHINE.match(variable.name.text):
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


def is_secret(name: str) -> bool:
    """Whether a variable's name says that its value is a secret."""
    upper = name.upper()
    if _WITH_PASSWORD.search(upper):
        return True
    return bool(_SECRET.search(upper)) and not _ABOUT.search(upper)


READER = Reader("python-variables", read)
