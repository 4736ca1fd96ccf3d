"""What the name of an environment variable says about it."""

import re

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
    r"|SCOPES?|ARN|REGION|POLICY|VERSION|ENDPOINT|BACKEND|PROVIDER|ROTATION|MIN|MAX|COUNT|SCORE|STRENGTH)$"
    r"|^(NO|USE|ENABLE|DISABLE|ALLOW|SKIP|REQUIRE|MIN|MAX|PUBLIC)_|_PUBLIC_|_?LOG_"
)

# Set by the system, the shell or a test runner, and configured by nobody.
_OF_THE_MACHINE = re.compile(
    r"^(PATH|HOME|PWD|USER|USERNAME|USERPROFILE|LOGNAME|SHELL|TERM|COLUMNS|LINES|TMPDIR|TEMP|TMP"
    r"|LANG|LANGUAGE|LC_\w+|DISPLAY|EDITOR|PAGER|COMSPEC|APPDATA|LOCALAPPDATA|PROGRAMDATA|XDG_\w+"
    r"|PYTEST_\w+|VIRTUAL_ENV|CONDA_\w+|NO_COLOR|FORCE_COLOR|CI|GITHUB_WORKFLOW|GITHUB_ACTIONS)$"
)

# Read by what a service is made of and runs in, not by its own code.
_READ_BY_OTHERS = re.compile(
    r"(AWS|GOOGLE|GCLOUD|AZURE|OTEL|DD|NEW_RELIC|SENTRY|PYTHON|PIP|UV|UVICORN|GUNICORN|HYPERCORN"
    r"|GRANIAN|FLASK|DJANGO|CELERY|RQ|PROMETHEUS|PG|POSTGRES|MYSQL|MARIADB|REDIS|RABBITMQ|MONGO"
    r"|ELASTIC|KAFKA|DOCKER|COMPOSE|KUBE|KUBERNETES|HELM|TF_VAR|CI|GITHUB|GITLAB|LC|LD|SSL|CURL"
    r"|REQUESTS|NODE|NPM|JAVA|GO|MALLOC|OMP)_\w+"
    r"|WEB_CONCURRENCY|FORWARDED_ALLOW_IPS|(HTTPS?|NO|ALL)_PROXY|TZ|LANG|HOME|PATH|HOSTNAME|TERM"
    r"|TMPDIR|USER|PORT|DEBUG"
)


def is_secret(name: str) -> bool:
    """Whether the name says that the value is a secret."""
    upper = name.upper()
    if _WITH_PASSWORD.search(upper):
        return True
    return bool(_SECRET.search(upper)) and not _ABOUT.search(upper)


def is_of_the_machine(name: str) -> bool:
    """Whether the system, a shell or a test runner sets it, and nobody configures it."""
    return bool(_OF_THE_MACHINE.match(name))


def read_by_others(name: str) -> bool:
    """Whether libraries, servers or the platform read it, whatever the service's own code does."""
    return bool(_READ_BY_OTHERS.fullmatch(name))
