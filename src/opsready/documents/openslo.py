"""Service level objectives as files: OpenSLO v1, and the dialects of Sloth and Pyrra."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Self

from opsready.documents.expression import Expression
from opsready.documents.yaml_tree import Yaml, parse_yaml_documents

_DURATION = re.compile(r"^\s*(\d+)\s*([smhdwMQY])\s*$")
# OpenSLO's shorthand: calendar months, quarters and years have no fixed length; these are means.
_SECONDS = {
    "s": 1,
    "m": 60,
    "h": 3600,
    "d": 86_400,
    "w": 604_800,
    "M": 2_629_800,
    "Q": 7_889_400,
    "Y": 31_557_600,
}
# Sloth's default, `--default-slo-period`.
_SLOTH_WINDOW_S = 30 * 86_400.0


@dataclass(frozen=True)
class Slo:
    """One objective. `target_ratio` and `window_s` are None where they are not given or are no
    number; `alerts` says whether the file itself asks for burn alerts. `indicator` is the name of
    one that stands elsewhere; `queries` are those of its own."""

    name: str
    path: str
    line: int
    dialect: str
    service: str | None = None
    target_ratio: float | None = None
    target_line: int = 0
    window_s: float | None = None
    budgeting: str | None = None
    has_indicator: bool = True
    indicator: str | None = None
    alerts: bool = False
    queries: tuple[Expression, ...] = ()

    @property
    def budget_ratio(self) -> float | None:
        """The share that may be bad; None without a target."""
        return None if self.target_ratio is None else round(1 - self.target_ratio, 12)


@dataclass(frozen=True)
class SloFile:
    """The objectives of one file, and by name the queries of indicators that stand alone."""

    NOUN: ClassVar[str] = "openslo"

    path: str
    slos: tuple[Slo, ...] = ()
    indicators: Mapping[str, tuple[Expression, ...]] = field(default_factory=dict)

    @classmethod
    def parse(cls, path: str, text: str) -> Self:
        """Read every document. Raises `Unparsable`."""
        slos: list[Slo] = []
        indicators: dict[str, tuple[Expression, ...]] = {}
        for document in parse_yaml_documents(path, text):
            kind, version = document.string("kind"), document.string("apiVersion") or ""
            if version.startswith("openslo") and kind == "SLO":
                slos += _openslo(path, document)
            elif version.startswith("openslo") and kind == "SLI":
                name = document.string("metadata", "name") or "?"
                indicators[name] = tuple(_queries(path, document.get("spec")))
            elif version.startswith("pyrra.dev"):
                slos.append(_pyrra(path, document))
            else:
                sloth = document.get("spec") if version.startswith("sloth") else document
                slos += _sloth(path, sloth) if sloth else []
        return cls(path, tuple(slos), indicators)

    @property
    def queries(self) -> Iterator[Expression]:
        """Every query of the file."""
        for slo in self.slos:
            yield from slo.queries
        for queries in self.indicators.values():
            yield from queries


def _openslo(path: str, document: Yaml) -> Iterator[Slo]:
    """An OpenSLO has one or more objectives, each with a target of its own."""
    spec = document.get("spec")
    name = document.string("metadata", "name") or "?"
    if spec is None:
        return
    window = _seconds(spec.string("timeWindow", 0, "duration"))
    named = spec.get("indicator") or spec.get("indicatorRef")
    for objective in spec.elements("objectives"):
        target, line = _target(objective, ("target", 1.0), ("targetPercent", 100.0))
        own = objective.get("indicator") or objective.get("indicatorRef")
        yield Slo(
            name,
            path,
            spec.key_line("objectives") if line == 0 else line,
            "openslo",
            spec.string("service"),
            target,
            line,
            window,
            spec.string("budgetingMethod"),
            named is not None or own is not None,
            objective.string("indicatorRef") or spec.string("indicatorRef"),
            bool(spec.elements("alertPolicies")),
            tuple(_queries(path, spec.get("indicator"))) + tuple(_queries(path, own)),
        )


def _sloth(path: str, root: Yaml) -> Iterator[Slo]:
    for slo in root.elements("slos"):
        target, line = _target(slo, ("objective", 100.0))
        off = {
            tier
            for tier in ("page_alert", "pageAlert", "ticket_alert", "ticketAlert")
            if slo.string("alerting", tier, "disable") == "true"
        }
        yield Slo(
            slo.string("name") or "?",
            path,
            slo.line,
            "sloth",
            root.string("service"),
            target,
            line,
            _SLOTH_WINDOW_S,
            "Occurrences",
            slo.get("sli") is not None,
            None,
            len(off) < 2,
            tuple(_queries(path, slo.get("sli"))),
        )


def _pyrra(path: str, document: Yaml) -> Slo:
    spec = document.get("spec") or document
    target, line = _target(spec, ("target", 100.0))
    return Slo(
        document.string("metadata", "name") or "?",
        path,
        document.line,
        "pyrra",
        None,
        target,
        line,
        _seconds(spec.string("window")),
        "Occurrences",
        spec.get("indicator") is not None,
        None,
        spec.string("alerting", "burnrates") != "false",
        tuple(_queries(path, spec.get("indicator"))),
    )


def _target(node: Yaml, *keys: tuple[str, float]) -> tuple[float | None, int]:
    """The target as a ratio, and its line; a key that is no number gives None."""
    for key, whole in keys:
        text = node.string(key)
        if text is not None:
            try:
                return round(float(text) / whole, 12), node.key_line(key)
            except ValueError:
                return None, node.key_line(key)
    return None, 0


def _seconds(text: str | None) -> float | None:
    match = _DURATION.match(text or "")
    return float(int(match[1]) * _SECONDS[match[2]]) if match else None


_ASKED_IN_PROMQL = re.compile(r"prometheus|thanos|mimir|cortex|victoriametrics", re.IGNORECASE)
_QUERY_KEYS = re.compile(r"query$|^(metric|expr|promql)$", re.IGNORECASE)


def _queries(path: str, node: Yaml | None) -> Iterator[Expression]:
    """Every PromQL below a node; the window that a generator fills in is five minutes here."""
    if node is None:
        return
    for key, child in node.items():
        if _QUERY_KEYS.search(key) and not child.keys and child.text:
            text = re.sub(r"\{\{\s*\.window\s*\}\}", "5m", child.text)
            yield Expression(text, path, child.line)
        elif child.get("type") is None or _is_prometheus(child):
            yield from _queries(path, child)
    for element in node.elements():
        yield from _queries(path, element)


def _is_prometheus(source: Yaml) -> bool:
    """Whether a metric source is asked in PromQL; one that does not say counts as such."""
    kind = (source.string("type") or "prometheus").lower()
    return kind in {
        "prometheus",
        "thanos",
        "mimir",
        "cortex",
        "amazonprometheus",
        "victoriametrics",
    }
