"""The configuration of Prometheus: whom it scrapes, which rules it loads, whom it tells."""

import posixpath
import re
from dataclasses import dataclass
from typing import ClassVar, Self

from opsready.documents.document import Unparsable
from opsready.documents.yaml_tree import Yaml, parse_yaml_documents
from opsready.promql.literals import duration_ms

# The default of Prometheus, `global.scrape_interval`.
SCRAPE_INTERVAL_S = 60.0


@dataclass(frozen=True)
class Job:
    """A scrape job. `targets` are the static ones; `is_plain` where no relabelling writes the
    label `job` anew."""

    name: str
    line: int
    interval_s: float
    targets: tuple[tuple[str, int], ...] = ()
    is_plain: bool = True


@dataclass(frozen=True)
class Prometheus:
    """One configuration. `rule_files` are patterns as they are written, each with its line;
    `is_whole` is False where parts of it lie in other files."""

    NOUN: ClassVar[str] = "prometheus"

    path: str
    jobs: tuple[Job, ...] = ()
    rule_files: tuple[tuple[str, int], ...] = ()
    tells: bool = False
    is_whole: bool = True

    @classmethod
    def parse(cls, path: str, text: str) -> Self:
        """Read the first document. Raises `Unparsable`."""
        root = next(iter(parse_yaml_documents(path, text)), None)
        if root is None or not root.is_mapping:
            raise Unparsable(path, 1, "is no configuration of Prometheus")
        interval = _seconds(root.string("global", "scrape_interval")) or SCRAPE_INTERVAL_S
        written = [str(node.text) for node in root.walk() if node.text]
        return cls(
            path,
            tuple(_job(node, interval) for node in root.elements("scrape_configs")),
            tuple((node.text, node.line) for node in root.elements("rule_files")),
            bool(root.elements("alerting", "alertmanagers")),
            root.get("scrape_config_files") is None and not any("{{" in text for text in written),
        )

    def loads(self, path: str) -> bool:
        """Whether one of its patterns may mean the file at a path of the tree: a container mounts
        files where it likes, so the last part of a path decides."""
        name = posixpath.basename(path)
        return any(_pattern(posixpath.basename(p)).fullmatch(name) for p, _ in self.rule_files)


def _pattern(glob: str) -> re.Pattern[str]:
    return re.compile(
        "".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in glob)
    )


def _job(node: Yaml, interval: float) -> Job:
    targets = tuple(
        (target.text, target.line)
        for static in node.elements("static_configs")
        for target in static.elements("targets")
    )
    relabelled = any(
        (
            rule.string("target_label") in {"job", "__address__"}
            or rule.string("action") == "labelmap"
        )
        for key in ("relabel_configs", "metric_relabel_configs")
        for rule in node.elements(key)
    )
    labelled = any(static.get("labels", "job") for static in node.elements("static_configs"))
    honours = node.string("honor_labels") == "true"
    return Job(
        node.string("job_name") or "",
        node.line,
        _seconds(node.string("scrape_interval")) or interval,
        targets,
        not (relabelled or labelled or honours),
    )


def _seconds(text: str | None) -> float | None:
    try:
        return duration_ms(text) / 1000 if text else None
    except ValueError:
        return None
