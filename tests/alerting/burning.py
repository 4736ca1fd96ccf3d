"""An SLO with its burn rates and alerts, and days of trouble to hold them against."""

import random
from typing import Any


def burn_rules() -> dict[str, Any]:
    """The seven ratios of an SLO and its two alerts. Sums of two do not hang on their order."""
    recordings = [
        {
            "record": f"slo:ratio_rate{window}",
            "expr": f"sum(rate(bad_total[{window}])) / sum(rate(all_total[{window}]))",
        }
        for window in ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
    ]
    pairs = {
        "Page": ((14.4, "5m", "1h"), (6, "30m", "6h")),
        "Ticket": ((3, "2h", "1d"), (1, "6h", "3d")),
    }
    alerts = [
        {
            "alert": name,
            "expr": " or ".join(
                f"(slo:ratio_rate{short} > {factor} * 0.001"
                f" and slo:ratio_rate{long} > {factor} * 0.001)"
                for factor, short, long in ways
            ),
            "for": "2m",
        }
        for name, ways in pairs.items()
    ]
    return {"groups": [{"name": "slo", "rules": [*recordings, *alerts]}]}


def burn_tests(days: int) -> dict[str, Any]:
    """Counters with gaps, restarts and marks of staleness, and troubles of several sizes; what
    fires and what is recorded is asked at every minute."""
    rng = random.Random(days)
    minutes = days * 1440
    lines: dict[str, list[str]] = {}
    for instance in ("a", "b"):
        bad = total = 0
        trouble = {rng.randrange(minutes): rng.choice([3, 12, 60]) for _ in range(6 * days)}
        left, errors = 0, 0
        for minute in range(minutes + 1):
            if minute in trouble:
                left, errors = rng.randint(5, 180), trouble[minute]
            left -= 1
            total += rng.randint(100, 140)
            bad += errors if left > 0 else rng.random() < 0.05
            if rng.random() < 0.002:
                bad = total = 0
            draw = rng.random()
            odd = "_" if draw < 0.01 else "stale" if draw < 0.012 else ""
            lines.setdefault(f'bad_total{{instance="{instance}"}}', []).append(odd or str(bad))
            lines.setdefault(f'all_total{{instance="{instance}"}}', []).append(odd or str(total))
    asked = [
        {"eval_time": f"{minute}m", "alertname": name, "exp_alerts": []}
        for minute in range(minutes + 1)
        for name in ("Page", "Ticket")
    ]
    # All that the rules record: the names of the seven ratios.
    recorded = [
        {"expr": '{__name__=~"slo:.+"}', "eval_time": f"{minute}m"} for minute in range(minutes + 1)
    ]
    series = [{"series": name, "values": " ".join(values)} for name, values in lines.items()]
    test = {"interval": "1m", "input_series": series, "alert_rule_test": asked}
    test["promql_expr_test"] = recorded
    return {"rule_files": ["rules.yml"], "tests": [test]}
