"""The command that starts a service, and what its options say."""

import re
import shlex
from dataclasses import dataclass
from functools import cached_property

from opsready.documents.secret import without_secrets

_MIGRATION = re.compile(
    r"\balembic\b.*\bupgrade\b|\bmanage\.py\s+migrate\b|\bdjango-admin\s+migrate\b"
    r"|\bflask\s+db\s+upgrade\b|\bflyway\b.*\bmigrate\b|\bliquibase\b.*\bupdate\b"
    r"|\bprisma\s+(migrate|db)\s+(deploy|push)\b|\brails\s+db:migrate\b|\brake\s+db:migrate\b"
    r"|\bsequelize(-cli)?\s+db:migrate\b|\bknex\s+migrate:latest\b|\btypeorm\b.*migration:run\b"
    r"|\bmigrate\s+.*-path\b.*\bup\b|\bgoose\b.*\bup\b|\baerich\s+upgrade\b|\bdbmate\s+up\b"
    r"|\bsqlx\s+migrate\s+run\b|\bkinto\s+migrate\b|\byoyo\s+apply\b|\btortoise\b.*\bupgrade\b"
)
_SHELL_AFTER = re.compile(r"&&|;|\|\|")
_WORKERS = ("-w", "--workers", "--processes", "-p", "--web-concurrency")
_PORTS = ("-p", "--port", "--http-port", "-b", "--bind", "--listen", "--address")


@dataclass(frozen=True)
class StartCommand:
    """A command line as an image, a manifest or a Procfile gives it."""

    text: str

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Its words, or those of the line that it hands to `sh -c`."""
        words = _split(self.text)
        handed = words[:1] and words[0].rpartition("/")[2] in {"sh", "bash"} and "-c" in words[:-1]
        return _split(words[words.index("-c") + 1]) if handed else words

    @property
    def shown(self) -> str:
        """The command line without what it gives away."""
        return without_secrets(self.text.split(" "))

    @property
    def migrates(self) -> bool:
        """Whether it brings a schema forward, alone or beside more."""
        return _MIGRATION.search(self.text) is not None

    @property
    def migration(self) -> str | None:
        """The migration that runs before the service, where one does; None elsewhere."""
        found = _MIGRATION.search(self.text)
        starts_more = found is not None and _SHELL_AFTER.search(self.text)
        return " ".join(found.group(0).split()) if found is not None and starts_more else None

    @property
    def workers(self) -> int | None:
        """How many processes it asks for; None where it does not say."""
        is_server = any(server in self.text for server in ("gunicorn", "uvicorn", "granian"))
        names = _WORKERS if "uwsgi" in self.text else _WORKERS[:2]
        if not is_server and "uwsgi" not in self.text:
            return None
        value = self._value(*names)
        return int(value) if value is not None and value.isdigit() else None

    @property
    def port(self) -> int | None:
        """The port that it is told to listen on; None where it does not say, or a variable does."""
        names = _PORTS[1:] if "gunicorn" in self.text or "uwsgi" in self.text else _PORTS
        value = self._value(*names) or self._operand_port()
        digits = (value or "").rpartition(":")[2]
        number = int(digits) if digits.isdigit() else 0
        return number if 0 < number < 65536 else None

    def _value(self, *options: str) -> str | None:
        for number, word in enumerate(self.words):
            name, equals, value = word.partition("=")
            if name in options:
                if equals:
                    return value
                return self.words[number + 1] if number + 1 < len(self.words) else None
        return None

    def _operand_port(self) -> str | None:
        """`manage.py runserver 0.0.0.0:8000`."""
        if "runserver" not in self.words:
            return None
        rest = self.words[self.words.index("runserver") + 1 :]
        return next((word for word in rest if re.fullmatch(r"(.*:)?\d+", word)), None)


def _split(text: str) -> tuple[str, ...]:
    """What does not parse as shell is split at blanks."""
    try:
        return tuple(shlex.split(text))
    except ValueError:
        return tuple(text.split())
