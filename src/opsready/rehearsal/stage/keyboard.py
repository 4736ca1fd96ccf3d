"""Types the commands of a page as somebody on call would: without a shell, and only what reads.

Each is an argument list in an empty environment and a scratch folder; nothing beyond loopback is
asked. A page's address of the service is the one that stands in for it here.
"""

import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from opsready.documents.reading import addresses_of, why_not_read
from opsready.documents.typed import Made, Typed, Word, read_typed
from opsready.rehearsal.stage.environment import SYSTEM_PATH
from opsready.rehearsal.stage.ports import LOOPBACK
from opsready.rehearsal.stage.process import Command, NoSuchCommand, run_to_end

# AWS's command line needs half a second of processor time; a machine may be busy.
_ANSWERS_WITHIN_S = 60
_LOCAL = {LOOPBACK, "localhost", "0.0.0.0", "::1"}  # noqa: S104  recognised, not bound
# What the emulator says of what it does not know.
_UNKNOWN_HERE = re.compile(
    r"Unable to parse response|Internal Server Error|InternalFailure|NotImplemented"
    r"|not (?:yet )?(?:been )?implemented|\(50[01]\)|\(404\) when calling|UnknownOperation",
    re.IGNORECASE,
)
# CloudWatch's figures of others than the load balancer: nothing here measures them.
_MEASURED = "AWS/ApplicationELB"
_WORDS_AT_MOST = 300


class NotTyped(Exception):
    """A command was not run, for this reason."""


@dataclass(frozen=True)
class Printed:
    """What a command printed, and how it ended."""

    text: str
    code: int


@dataclass
class Keyboard:
    """`given` are values of variables that a page takes for granted; `hosts` the addresses of the
    service as the account names them, and `service_port` as the code does; `port` is where it
    listens here. `cloud` is the environment of `aws`, None where nothing stands in for it."""

    folder: Path
    mark: str
    port: int
    service_port: int | None = None
    hosts: Sequence[str] = ()
    cloud: Mapping[str, str] | None = None
    given: Mapping[str, str] = field(default_factory=dict)
    programs: Mapping[str, Path] = field(default_factory=dict)
    refuse_when_over: Callable[[], None] = lambda: None
    _known: dict[tuple[str, ...], Printed] = field(default_factory=dict)

    def set(self, settings: Sequence[Typed]) -> "Variables":
        """The variables of a page, each with its value or with the reason why it has none."""
        made = Variables(dict(self.given))
        for typed in settings:
            try:
                made.values[typed.name] = self._value(typed, made)
                made.missing.pop(typed.name, None)
            except NotTyped as reason:
                if typed.name not in made.values:
                    made.missing[typed.name] = str(reason)
        return made

    def type(self, typed: Typed, variables: "Variables") -> Printed:
        """Runs one command; the same one is run once. Raises NotTyped."""
        if typed.beyond:
            raise NotTyped(f"{typed.beyond} needs a shell")
        words = [text for word in typed.words for text in self._texts(word, variables)]
        why = why_not_read(words) if words else "it is empty"
        if why:
            raise NotTyped(why)
        return self._run(self._here(words))

    def _value(self, typed: Typed, variables: "Variables") -> str:
        if typed.beyond:
            raise NotTyped(f"{typed.beyond} needs a shell")
        return "".join(self._texts(typed.words[0], variables, whole=True))

    def _texts(self, word: Word, variables: "Variables", *, whole: bool = False) -> list[str]:
        """A word as the program gets it. Raises NotTyped where a part of it has no value."""
        made, only_bare = "", bool(word) and not whole
        for piece in word:
            only_bare = only_bare and piece.made is not Made.WRITTEN and not piece.quoted
            if piece.made is Made.WRITTEN:
                made += piece.text
            elif piece.made is Made.VARIABLE:
                made += variables.of(piece.text)
            else:
                made += self._inside(piece.text, variables)
        if only_bare:
            return made.split()
        return [made]

    def _inside(self, text: str, variables: "Variables") -> str:
        commands = read_typed(text)
        if len(commands) != 1 or commands[0].name:
            raise NotTyped("a command inside a command needs a shell")
        printed = self.type(commands[0], variables)
        if printed.code != 0:
            raise NotTyped(f"`{commands[0].text}` ended with {printed.code}: {short(printed.text)}")
        return printed.text.rstrip("\n")

    def _here(self, words: list[str]) -> list[str]:
        """The words with this machine's addresses in them. Raises NotTyped where they lead out."""
        program = words[0].rpartition("/")[2]
        if program == "curl":
            numbers = addresses_of(words)
            if not numbers:
                raise NotTyped("`curl` is given no address")
            for number in numbers:
                words[number] = self._address(words[number])
            return [self._program("curl"), "--disable", "--noproxy", "*", *words[1:]]
        if program == "psql" and not any(
            word.startswith(("postgres://", "postgresql://"))
            and (urlsplit(word).hostname or "") in _LOCAL
            for word in words
        ):
            raise NotTyped("`psql` is given no database of this machine")
        if program == "aws":
            self._admit_aws(words)
        return [self._program(program), *words[1:]]

    def _address(self, word: str) -> str:
        parts = urlsplit(word if "://" in word else f"http://{word}")
        host, port = parts.hostname or "", parts.port
        own = {self.service_port, self.port, None}
        is_ours = host in self.hosts or (host in _LOCAL and port in own)
        if parts.scheme not in {"http", "https"} or not is_ours:
            raise NotTyped(f"{parts.netloc or word} is beyond this machine, or not the service")
        return urlunsplit(("http", f"{LOOPBACK}:{self.port}", parts.path, parts.query, ""))

    def _admit_aws(self, words: Sequence[str]) -> None:
        if self.cloud is None:
            raise NotTyped("nothing here stands in for the account: no Terraform names its service")
        if words[1] == "cloudwatch" and "--namespace" in words:
            space = words[words.index("--namespace") + 1]
            if space != _MEASURED:
                raise NotTyped(f"nothing here measures {space}")

    def _program(self, name: str) -> str:
        found = self.programs.get(name) or shutil.which(name, path=SYSTEM_PATH)
        if found is None:
            raise NotTyped(f"there is no {name} here")
        return str(found)

    def _run(self, words: list[str]) -> Printed:
        key = tuple(words)
        if key not in self._known:
            self._known[key] = self._printed(words)
        return self._known[key]

    def _printed(self, words: list[str]) -> Printed:
        is_aws = Path(words[0]).name == "aws"
        bare = {"PATH": SYSTEM_PATH, "HOME": str(self.folder), "LANG": "C.UTF-8"}
        environment = {**bare, **(self.cloud or {})} if is_aws else bare
        if Path(words[0]).name == "psql":
            environment |= {"PGOPTIONS": "-c default_transaction_read_only=on"}
        self.refuse_when_over()
        try:
            ended = run_to_end(
                Command("look", words, self.folder, environment, self.mark), _ANSWERS_WITHIN_S
            )
        except NoSuchCommand as missing:
            raise NotTyped(str(missing)) from None
        if ended.fault:
            raise NotTyped(f"it {ended.fault}")
        text, code = ended.log.text, ended.exit_code or 0
        if is_aws and code != 0 and _UNKNOWN_HERE.search(text):
            raise NotTyped("the emulator of AWS does not know this call")
        return Printed(text, code)


@dataclass
class Variables:
    """Values by name; `missing` says of the others why they have none."""

    values: dict[str, str]
    missing: dict[str, str] = field(default_factory=dict)

    def of(self, name: str) -> str:
        """Raises NotTyped."""
        if name not in self.values:
            why = self.missing.get(name, "the page sets it nowhere")
            raise NotTyped(f"`${name}` has no value: {why}")
        return self.values[name]


def short(text: str) -> str:
    """The end of what was printed, on one line."""
    one = " ".join(text.split())
    return one if len(one) <= _WORDS_AT_MOST else "…" + one[-_WORDS_AT_MOST:]
