"""Every default of the spec, with the reason for it: the only place where defaults live."""

from opsready.spec.draft import Suggestion, assumed

_POLICY = (
    "When the budget is spent, releases stop except for fixes until the window has budget again."
)

DEFAULTS: tuple[Suggestion, ...] = (
    assumed(("service", "owner"), None, "no document names an owner"),
    assumed(("runtime", "workers"), 1, "nothing says how many processes run in production"),
    assumed(("runtime", "stop_timeout_s"), 30, "what Kubernetes and ECS grant before SIGKILL"),
    assumed(("health", "timeout_s"), 5, "the operations stage asks for an answer in 5 seconds"),
    assumed(("health", "startup_s"), 60, "the grace period that load balancers usually give"),
    assumed(("paging", "provider"), None, "no document names who pages"),
    assumed(("paging", "escalation_minutes"), 15, "a usual acknowledgement time of a pager"),
    assumed(
        ("target", "kind"), "ecs", "nothing in the tree deploys it; ECS on Fargate comes first"
    ),
    assumed(("target", "repository"), None, "no document names the repository"),
    assumed(("target", "public"), False, "nothing says that the internet reaches it"),
    assumed(("target", "cpu_units"), 256, "a quarter of a core, the smallest that Fargate has"),
    assumed(("target", "memory_mib"), 512, "the smallest that Fargate has"),
    assumed(("target", "log_retention_days"), 30, "as long as the window of an objective"),
    assumed(("target", "database_class"), "db.t4g.small", "a small one; it can grow in place"),
    assumed(("target", "cache_class"), "cache.t4g.micro", "a small one; it can grow in place"),
)

ENVIRONMENTS: tuple[Suggestion, ...] = (
    assumed(("environments", "staging", "name"), "staging", "no document names environments"),
    assumed(("environments", "staging", "approval"), False, "a rehearsal for production"),
    assumed(("environments", "production", "name"), "production", "no document names environments"),
    assumed(("environments", "production", "approval"), True, "a person approves what users get"),
)

ENVIRONMENT_KEYS: dict[str, tuple[object, str]] = {
    "tasks_min": (2, "one may die or be replaced while the other serves"),
    "tasks_max": (4, "twice the usual load, until somebody has measured more"),
}

SLOS: tuple[Suggestion, ...] = (
    assumed(("slos", "availability", "name"), "availability", "no document states an objective"),
    assumed(("slos", "availability", "kind"), "availability", "every service answers requests"),
    assumed(
        ("slos", "availability", "objective_percent"),
        99.5,
        "a first objective that one bad hour a month does not break: 3.6 hours of budget",
    ),
    assumed(("slos", "availability", "window_days"), 30, "the SRE Workbook's window"),
    assumed(("slos", "availability", "policy"), _POLICY, "the usual policy of the SRE Workbook"),
)

SLO_KEYS: dict[str, tuple[object, str]] = {
    "window_days": (30, "the objective names no window; the SRE Workbook uses 30 days"),
    "policy": (_POLICY, "no policy is written; the usual one of the SRE Workbook"),
}

# Without these a service answers nothing of worth; a cache, a queue of mails or a metrics sink
# it can do without for a while. A document that says otherwise wins.
CRITICAL_KINDS = frozenset({"postgresql", "mysql", "mongodb", "sqlite", "oracle", "mssql"})

REHEARSAL_SECRET = "rehearsal-only"  # noqa: S105  a stand-in, and meant to look like one
