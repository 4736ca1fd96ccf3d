"""Components and dependencies that a flowchart of the architecture draws."""

import re
from collections.abc import Iterator

from opsready.documents.markdown import Markdown
from opsready.documents.mermaid import Flowchart, Node, flowchart
from opsready.documents.technology import mentions
from opsready.facts.fact import Claim, Confidence, Fact
from opsready.facts.reader import Reader
from opsready.sources.source import Bundle

_NO_ARCHITECTURE = re.compile(
    r"\b(alternatives?|rejected|considered|options|out of scope|future|roadmap|before|previous"
    r"|legacy|history|development|testing|ci|pipeline|deploy\w*|workflow|states?|lifecycle|flow)\b",
    re.IGNORECASE,
)
# Those who ask, and those who watch: no part of the service and nothing that it needs.
_BYSTANDER = re.compile(
    r"\b(users?|clients?|customers?|browsers?|visitors?|mobile|app|operators?|admins?|internet"
    r"|prometheus|grafana|alertmanager|pagerduty|opsgenie|datadog|sentry|loki|jaeger|logs?"
    r"|monitoring|load balancer|ingress|cdn|proxy|nginx|caddy|dns)\b",
    re.IGNORECASE,
)
_FOREIGN = re.compile(
    r"\b(provider|external|third[- ]party|partner|saas|stripe|paypal|adyen|twilio|sendgrid|auth0"
    r"|okta|mailgun)\b",
    re.IGNORECASE,
)
_OVER_HTTP = re.compile(r"\b(https?|rest|api|grpc|webhooks?)\b", re.IGNORECASE)


def read(bundle: Bundle) -> Iterator[Fact]:
    """What the charts of the notes draw, outside sections about other matters."""
    for page in bundle.notes():
        for block in page.code_blocks:
            chart = flowchart(block)
            if chart is not None and not any(
                _NO_ARCHITECTURE.search(heading) for heading in chart.section.path
            ):
                yield from _of_chart(bundle, page, chart)


def _of_chart(bundle: Bundle, page: Markdown, chart: Flowchart) -> Iterator[Fact]:
    labels = {node.id: node.label for node in chart.nodes}
    for node in chart.nodes:
        quote = bundle.quote(page.path, node.line)
        dependency = _dependency(chart, node)
        if dependency is not None:
            value, sure = dependency
            yield Fact(Claim.DEPENDENCY, value, page.path, node.line, quote, sure)
        elif not _BYSTANDER.search(node.label) and (chart.from_node(node) or chart.to_node(node)):
            called = [labels[edge.target] for edge in chart.from_node(node)]
            value = {"name": node.label, "calls": called}
            yield Fact(Claim.COMPONENT, value, page.path, node.line, quote)


def _dependency(chart: Flowchart, node: Node) -> tuple[dict[str, object], Confidence] | None:
    """A node that names a technology, or stands at the end of an arrow out to somebody else."""
    technologies = [mention for mention in mentions(node.label) if not mention.is_denied]
    if len(technologies) == 1:
        kind = technologies[0].kind
        return {"kind": kind, "name": _name(node), "client": None}, Confidence.STATED
    arrows = chart.to_node(node)
    is_last = bool(arrows) and not chart.from_node(node)
    if not is_last or technologies or _BYSTANDER.search(node.label):
        return None
    over_http = any(_OVER_HTTP.search(edge.label) for edge in arrows)
    if not (over_http or _FOREIGN.search(node.label)) or node.shape == "cylinder":
        return None
    return {"kind": "http", "name": _name(node), "client": None}, Confidence.DERIVED


def _name(node: Node) -> str:
    """The label without what explains it: "payments" of "payments, Team Billing"."""
    return re.split(r"\s*[,(]", node.label)[0] or node.label


READER = Reader("diagrams", read)
