"""An Alertmanager configuration: the tree of routes, receivers, inhibitions, time intervals."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar, Literal, Self, cast

from opsready.documents.document import Unparsable
from opsready.documents.secret import is_placeholder, is_reference
from opsready.documents.time_interval import TimeInterval
from opsready.documents.yaml_tree import Yaml, parse_yaml_documents, text_line
from opsready.promql.literals import duration_ms, unquote
from opsready.promql.nodes import Matcher
from opsready.promql.regex import compile_regex

_MATCHER = re.compile(r'\s*("(?:\\.|[^"\\])+"|[^\s=!~"{},]+)\s*(=~|!~|!=|=)\s*(.*?)\s*', re.DOTALL)
_BETWEEN = re.compile(r',(?=(?:[^"]*"[^"]*")*[^"]*$)')
# Settings that hold a secret and have a twin that names a file instead (`docs/configuration.md`).
_KEYS = frozenset(
    {"routing_key", "service_key", "api_key", "api_secret", "user_key", "token", "bot_token"}
    | {"auth_password", "smtp_auth_password", "password", "credentials", "opsgenie_api_key"}
    | {"victorops_api_key", "wechat_api_secret", "wechat_secret", "auth_secret", "bearer_token"}
)
_PAGERS = ("pagerduty", "opsgenie", "victorops", "pushover", "incidentio", "jira_service")
# Routes that continue and hang on labels that nobody knows double what may come of an alert.
_OUTCOMES_AT_MOST = 256
GROUP_WAIT_S = 30.0  # the defaults of Alertmanager, as its documentation gives them
_MUTED, _ACTIVE = "mute_time_intervals", "active_time_intervals"
_WRAPPER = "alertmanager_config"  # Amazon Managed Service for Prometheus, "alert manager"
REPEAT_INTERVAL_S = 4 * 3600.0  # the defaults of Alertmanager's `docs/configuration.md`


@dataclass(frozen=True)
class Receiver:
    """A receiver with the kinds of its integrations, such as `pagerduty` or `webhook`; those of
    `unresolved`, each with its line, are not told when an alert ends."""

    name: str
    line: int
    integrations: tuple[str, ...] = ()
    unresolved: tuple[tuple[str, int], ...] = ()

    @property
    def wakes(self) -> bool:
        """Whether an integration is one that wakes a person."""
        return any(name.startswith(_PAGERS) for name in self.integrations)


@dataclass(frozen=True)
class Route:
    """A node of the tree; what it does not say itself is its parent's. Times in seconds."""

    line: int
    receiver: str | None
    receiver_line: int
    matchers: tuple[Matcher, ...] = ()
    continues: bool = False
    group_by: tuple[str, ...] = ()
    repeat_interval_s: float = REPEAT_INTERVAL_S
    intervals: tuple[tuple[str, int], ...] = ()
    routes: tuple["Route", ...] = ()
    group_wait_s: float = GROUP_WAIT_S
    lines: Mapping[str, int] = field(default_factory=dict)
    muted_in: tuple[str, ...] = ()
    active_in: tuple[str, ...] = ()

    def line_of(self, key: str) -> int:
        """The line of a key of this node; its first line for what it does not say itself."""
        return self.lines.get(key, self.line)

    def walk(self) -> Iterator["Route"]:
        """This route and all below it."""
        yield self
        for route in self.routes:
            yield from route.walk()

    def may_match(self, labels: Mapping[str, str]) -> bool | None:
        """Whether an alert with these labels, and perhaps more, passes; None where that hangs on
        a label that may come with the series or from outside."""
        known = [matcher for matcher in self.matchers if matcher.label in labels]
        if not all(matcher.matches(labels[matcher.label]) for matcher in known):
            return False
        return True if len(known) == len(self.matchers) else None

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether an alert with exactly these labels passes; one that is missing is empty."""
        return _pass(self.matchers, labels)

    def taking(self, labels: Mapping[str, str]) -> list["Route"]:
        """The deepest routes that take an alert with exactly these labels, in order."""
        found: list[Route] = []
        for child in self.routes:
            if child.matches(labels):
                found += child.taking(labels)
                if not child.continues:
                    break
        return found or [self]


@dataclass(frozen=True)
class Inhibition:
    """Alerts that match `target` are muted while one that matches `source` fires and agrees on
    all labels of `equal`."""

    line: int
    source: tuple[Matcher, ...]
    target: tuple[Matcher, ...]
    equal: tuple[str, ...]
    equal_line: int

    def mutes(self, source: Mapping[str, str], target: Mapping[str, str]) -> bool:
        """Whether the first mutes the second: labels that both lack count as equal, and two that
        are on both sides do not mute each other."""
        if not (_pass(self.source, source) and _pass(self.target, target)):
            return False
        if _pass(self.source, target) and _pass(self.target, source):
            return False
        return all(source.get(label, "") == target.get(label, "") for label in self.equal)


def _pass(matchers: tuple[Matcher, ...], labels: Mapping[str, str]) -> bool:
    return all(matcher.matches(labels.get(matcher.label, "")) for matcher in matchers)


@dataclass(frozen=True)
class Alertmanager:
    """One configuration; one that is `wrapped` is the `alertmanager_config` of Amazon Managed
    Prometheus. `inline_keys` are the names and lines of secrets that are written out; `faults` are
    what makes Alertmanager refuse it; `root` is all of it, as written."""

    NOUN: ClassVar[str] = "alertmanager"

    path: str
    route: Route | None = None
    receivers: tuple[Receiver, ...] = ()
    inhibitions: tuple[Inhibition, ...] = ()
    times: tuple[TimeInterval, ...] = ()
    inline_keys: tuple[tuple[str, int], ...] = ()
    faults: tuple[Unparsable, ...] = ()
    wrapped: bool = False
    root: Yaml | None = field(default=None, compare=False, repr=False)

    @classmethod
    def parse(cls, path: str, text: str) -> Self:
        """Read the first document that has a route. Raises `Unparsable`."""
        documents = parse_yaml_documents(path, text)
        wrapped = any(found.get(_WRAPPER) for found in documents)
        if wrapped:
            documents = [_unwrapped(path, text, found) for found in documents]
        root = next((found for found in documents if found.get("route")), None)
        if root is None:
            raise Unparsable(path, 1, "has no `route`: Alertmanager would not start")
        reading = _Reading(path)
        receivers = tuple(reading.receiver(node) for node in root.elements("receivers"))
        times = tuple(reading.times(root))
        route = root.get("route")
        top = reading.route(route, None) if route is not None else None
        inhibitions = tuple(reading.inhibition(node) for node in root.elements("inhibit_rules"))
        keys = tuple(_inline_keys(root))
        faults = tuple(reading.faults)
        return cls(path, top, receivers, inhibitions, times, keys, faults, wrapped, root)

    @property
    def intervals(self) -> tuple[str, ...]:
        """The names of its time intervals."""
        return tuple(interval.name for interval in self.times)

    def receiver(self, name: str) -> Receiver | None:
        """The receiver of this name."""
        return next((known for known in self.receivers if known.name == name), None)

    def receivers_of(self, labels: Mapping[str, str]) -> list[Receiver] | None:
        """Who gets an alert with these labels, and perhaps more; None where that hangs on those.

        Undefined receivers are left out.
        """
        outcomes = _outcomes(self.route, labels) if self.route else set()
        if len({frozenset(reached) for reached in outcomes}) != 1:
            return None
        return self._named(next(iter(outcomes)))

    @property
    def labels_asked(self) -> set[str]:
        """The labels that decide where an alert goes."""
        routes = self.route.walk() if self.route else ()
        return {matcher.label for route in routes for matcher in route.matchers}

    def told(
        self,
        labels: Mapping[str, str],
        firing: Iterable[Mapping[str, str]] = (),
        at: datetime | None = None,
    ) -> list[Receiver]:
        """Who is told of an alert with exactly these labels while others fire, at a moment; at any
        that no time interval mutes, where none is given."""
        if self.muting(labels, firing) is not None:
            return []
        taking = self.route.taking(labels) if self.route else []
        return self._receivers(r for r in taking if at is None or not self.is_quiet(r, at))

    def muting(
        self, labels: Mapping[str, str], firing: Iterable[Mapping[str, str]]
    ) -> Mapping[str, str] | None:
        """The first of those that fire that mutes an alert with exactly these labels."""
        return next((f for f in firing for rule in self.inhibitions if rule.mutes(f, labels)), None)

    def is_quiet(self, route: Route, at: datetime) -> bool:
        """Whether a route tells nobody at that moment. What its parents say of time does not
        count for it, as Alertmanager has it."""
        holding = {interval.name for interval in self.times if interval.contains(at)}
        is_active = not route.active_in or any(name in holding for name in route.active_in)
        return not is_active or any(name in holding for name in route.muted_in)

    def _receivers(self, routes: Iterable[Route]) -> list[Receiver]:
        return self._named(route.receiver for route in routes)

    def _named(self, names: Iterable[str | None]) -> list[Receiver]:
        known = (self.receiver(name or "") for name in names)
        return list(dict.fromkeys(receiver for receiver in known if receiver is not None))


def _unwrapped(path: str, text: str, root: Yaml) -> Yaml:
    """What Amazon Managed Prometheus hands to its Alertmanager: a text inside the text, read so
    that lines stay those of the file."""
    inner = root.get(_WRAPPER)
    if inner is None or inner.is_mapping:
        return inner or root
    above = text_line(inner, text.splitlines()) - 1
    return next(iter(parse_yaml_documents(path, "\n" * above + inner.text)), root)


def _inline_keys(root: Yaml) -> Iterator[tuple[str, int]]:
    for node in root.walk():
        for key, value in node.items():
            given = value.text.strip()
            if key in _KEYS and given and not (is_reference(given) or is_placeholder(given)):
                yield key, node.key_line(key)


def _outcomes(route: Route, labels: Mapping[str, str]) -> set[tuple[str | None, ...]]:
    """The receivers that an alert may reach, in order, for whatever other labels it brings."""
    found: set[tuple[str | None, ...]] = set()
    so_far: set[tuple[str | None, ...]] = {()}
    for child in route.routes:
        passes = child.may_match(labels)
        if passes is False:
            continue
        below = _outcomes(child, labels)
        taken = {(*before, *after) for before in so_far for after in below}
        missed = so_far if passes is None else set()
        if child.continues:
            so_far = taken | missed
        else:
            found |= taken
            so_far = missed
        if len(so_far) > _OUTCOMES_AT_MOST:
            return {(), (None,)}
        if not so_far:
            break
    return found | {reached or (route.receiver,) for reached in so_far}


class _Reading:
    """Reads the parts of one configuration and notes what is wrong with them."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.faults: list[Unparsable] = []

    def receiver(self, node: Yaml) -> Receiver:
        kinds = (
            key.removesuffix("_configs")
            for key, configured in node.items()
            if key.endswith("_configs") and configured.elements()
        )
        unresolved = (
            (key.removesuffix("_configs"), integration.key_line("send_resolved"))
            for key, configured in node.items()
            for integration in configured.elements()
            if integration.string("send_resolved") == "false"
        )
        return Receiver(node.string("name") or "", node.line, tuple(kinds), tuple(unresolved))

    def route(self, node: Yaml, parent: Route | None) -> Route:
        receiver = node.string("receiver")
        grouped = [label.text for label in node.elements("group_by")]
        this = Route(
            node.line,
            receiver or (parent.receiver if parent else None),
            node.key_line("receiver"),
            self._matchers(node, ""),
            node.string("continue") == "true",
            tuple(grouped) or (parent.group_by if parent else ()),
            self._seconds(node, "repeat_interval")
            or (parent.repeat_interval_s if parent else REPEAT_INTERVAL_S),
            tuple(
                (name.text, name.line) for key in (_MUTED, _ACTIVE) for name in node.elements(key)
            ),
            (),
            self._seconds(node, "group_wait") or (parent.group_wait_s if parent else GROUP_WAIT_S),
            {key.text: key.line for key in node.keys},
            tuple(name.text for name in node.elements(_MUTED)),
            tuple(name.text for name in node.elements(_ACTIVE)),
        )
        below = tuple(self.route(child, this) for child in node.elements("routes"))
        return replace(this, routes=below)

    def inhibition(self, node: Yaml) -> Inhibition:
        return Inhibition(
            node.line,
            self._matchers(node, "source_"),
            self._matchers(node, "target_"),
            tuple(label.text for label in node.elements("equal")),
            node.key_line("equal"),
        )

    def times(self, root: Yaml) -> Iterator[TimeInterval]:
        """Both spellings. One that Alertmanager refuses is a fault, and holds at no time."""
        for node in (*root.elements("time_intervals"), *root.elements(_MUTED)):
            name = node.string("name")
            if not name:
                continue
            try:
                yield TimeInterval.read(node)
            except ValueError as error:
                self._refuse(node.line, f"`{name}`: {error}")
                yield TimeInterval(name, node.line)

    def _matchers(self, node: Yaml, side: str) -> tuple[Matcher, ...]:
        """Of `matchers` and of the older `match` and `match_re`, of one side of an inhibition."""
        found = [
            self._matcher(label, op, value.text, value.line)
            for key, op in ((f"{side}match", "="), (f"{side}match_re", "=~"))
            for label, value in node.items(key)
        ]
        written = node.get(f"{side}matchers")
        entries = written.elements() if written and written.is_sequence else [written]
        for entry in entries:
            if entry is not None:
                found += self._parsed(entry)
        return tuple(found)

    def _parsed(self, entry: Yaml) -> Iterator[Matcher]:
        text = entry.text.strip()
        text = text[1:-1] if text.startswith("{") and text.endswith("}") else text
        for part in _BETWEEN.split(text):
            match = _MATCHER.fullmatch(part)
            if match is None:
                self._refuse(entry.line, f"`{entry.text}` is no matcher")
            else:
                label, op, value = match.groups()
                yield self._matcher(_unquoted(label), op, _unquoted(value), entry.line)

    def _matcher(self, label: str, op: str, value: str, line: int) -> Matcher:
        """A pattern that does not compile is a fault, and fits nothing."""
        if "~" in op:
            try:
                compile_regex(value)
            except ValueError as error:
                self._refuse(line, f"`{value}` is no pattern: {error}")
                op, value = "=", "\0"
        return Matcher(label, cast(Literal["=", "!=", "=~", "!~"], op), value)

    def _seconds(self, node: Yaml, key: str) -> float | None:
        text = node.string(key)
        try:
            return duration_ms(text) / 1000 if text else None
        except ValueError:
            self._refuse(node.key_line(key), f"`{key}: {text}` is no duration")
            return None

    def _refuse(self, line: int, why: str) -> None:
        self.faults.append(Unparsable(self.path, line, why))


def _unquoted(text: str) -> str:
    try:
        return unquote(text) if len(text) > 1 and text[0] == text[-1] == '"' else text
    except ValueError:
        return text.strip('"')
