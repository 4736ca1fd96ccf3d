"""Random expressions over the series of `histories`: every operator, aggregation and function.

Prometheus 2.42 keeps what a step gives in a map, so that the order in which samples are added up
is by chance but right behind a selector. Where the order would count, an expression is not made.
"""

import random
from typing import NamedTuple


class Made(NamedTuple):
    """An expression; whether its samples come in an order that is known; whether it went through
    a transcendental function, which Go computes by methods of its own."""

    text: str
    ordered: bool = False
    near: bool = False


METRICS = ["load", "limit", "odd", "info", "requests_total", "latency_bucket", '{__name__="odd"}']
MATCHERS = [
    *('job="api"', 'job!="api"', 'instance=~"a|b"', 'instance!~"a"', 'code="500"', 'le!="1"'),
    *('job=~".*"', 'nope=""', 'nope!=""', 'version=~"1?"', 'instance=~"[b-z]"'),
]
MOMENTS = ["@ 1700003000", "@ 1700009999.5", "@ start()", "@ end()"]
OFFSETS = ["offset 3m", "offset -2m", "offset 47s", "offset 1h", "offset -10m"]
WINDOWS = ["15s", "47s", "1m", "5m", "17m3s", "1h", "2h"]
STEPS = ["", "30s", "1m", "17s", "5m"]
OF_RANGES = [
    *("rate", "increase", "delta", "irate", "idelta", "deriv", "changes", "resets"),
    *(f"{name}_over_time" for name in ("sum", "avg", "min", "max", "count", "last", "present")),
    *("stddev_over_time", "stdvar_over_time", "absent_over_time"),
]
OF_SAMPLES = [
    *("abs", "ceil", "floor", "round", "sgn", "sqrt", "timestamp", "sort", "sort_desc", "absent"),
    *("deg", "rad", "-", "+"),
]
OF_TIMES = [
    *("minute", "hour", "day_of_week", "day_of_month", "day_of_year", "days_in_month"),
    *("month", "year"),
]
TRANSCENDENTAL = [
    *("exp", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh"),
    *("asinh", "acosh", "atanh"),
]
LOGARITHMS = ["ln", "log2", "log10"]
NUMBERS = ["0", "1", "-7e3", "0.1", "3", "1e9", "Inf", "-Inf", "NaN", "0x1F", "2.5"]
ARITHMETIC = ["+", "-", "*", "/", "%"]
COMPARISONS = ["==", "!=", "<", "<=", ">", ">="]
LABELS = ["job", "instance", "code", "le", "version", "nope"]
IN_ANY_ORDER = ["min", "max", "count", "group", "quantile", "count_values"]
IN_ORDER = [*IN_ANY_ORDER, "sum", "avg", "stddev", "stdvar", "topk", "bottomk"]


def expression(rng: random.Random) -> Made:
    """One to three levels deep; now and then a transcendental function of it."""
    made = _vector(rng, rng.choice([1, 2, 2, 3]))
    draw = rng.random()
    if draw < 0.05:
        return Made(f"{rng.choice(TRANSCENDENTAL)}({made.text})", near=True)
    if draw < 0.08:
        return Made(f"({made.text}) ^ {rng.choice(['0.5', '-1.3', 'load', '17'])}", near=True)
    if draw < 0.1:
        return Made(f"({made.text}) atan2 load", near=True)
    return made


def _vector(rng: random.Random, depth: int) -> Made:
    if depth <= 0:
        return _selector(rng)
    kinds = [
        *(_of_range, _of_range, _of_samples, _aggregation, _aggregation),
        *(_with_scalar, _with_vector, _with_vector, _set, _labelled, _bucketed, _odd),
    ]
    return rng.choice(kinds)(rng, depth)


def _selector(rng: random.Random) -> Made:
    return Made(_selected(rng) + _moved(rng), ordered=True)


def _selected(rng: random.Random) -> str:
    metric = rng.choice(METRICS)
    chosen = rng.sample(MATCHERS, rng.choice([0, 0, 1, 2]))
    if metric.startswith("{"):
        return "{" + ", ".join(['__name__="odd"', *chosen]) + "}"
    return metric + "{" + ", ".join(chosen) + "}" * bool(chosen) if chosen else metric


def _moved(rng: random.Random) -> str:
    """`@` and `offset`, in either order, mostly neither."""
    parts = [rng.choice(MOMENTS)] * (rng.random() < 0.1)
    parts += [rng.choice(OFFSETS)] * (rng.random() < 0.2)
    rng.shuffle(parts)
    return "".join(f" {part}" for part in parts)


def _range(rng: random.Random, depth: int) -> tuple[str, bool]:
    """A range of a selector or a subquery, and whether its series come in an order."""
    window = rng.choice(WINDOWS)
    if rng.random() < 0.65:
        return f"{_selected(rng)}[{window}]{_moved(rng)}", True
    inner = _vector(rng, depth - 1).text
    return f"({inner})[{window}:{rng.choice(STEPS)}]{_moved(rng)}", False


def _of_range(rng: random.Random, depth: int) -> Made:
    ranged, ordered = _range(rng, depth)
    draw = rng.random()
    if draw < 0.1:
        share = rng.choice(["0", "0.31", "0.9", "1", "-1", "2", "NaN"])
        return Made(f"quantile_over_time({share}, {ranged})", ordered)
    if draw < 0.15 and "@" not in ranged:  # 2.42 gives that at the first step of a range alone
        return Made(f"predict_linear({ranged}, {rng.choice(['600', '-60.5', '0'])})", ordered)
    if draw < 0.2:
        return Made(f"holt_winters({ranged}, 0.3, {rng.choice(['0.1', '0.6'])})", ordered)
    return Made(f"{rng.choice(OF_RANGES)}({ranged})", ordered)


def _of_samples(rng: random.Random, depth: int) -> Made:
    inner = _vector(rng, depth - 1).text
    draw = rng.random()
    if draw < 0.2:
        bounds = ", ".join(rng.sample(["-3", "0", "1", "10.5", "NaN", "Inf"], 2))
        return Made(f"clamp({inner}, {bounds})")
    if draw < 0.35:
        name = rng.choice(["clamp_min", "clamp_max", "round"])
        return Made(f"{name}({inner}, {rng.choice(['3', '0.3', '-1', '7'])})")
    if draw < 0.45:
        return Made(f"{rng.choice(OF_TIMES)}({rng.choice([inner, f'({inner}) * 1e7', ''])})")
    return Made(f"{rng.choice(OF_SAMPLES)}({inner})")


def _aggregation(rng: random.Random, depth: int) -> Made:
    inner = _vector(rng, depth - 1)
    op = rng.choice(IN_ORDER if inner.ordered else IN_ANY_ORDER)
    labels = ", ".join(rng.sample(LABELS, rng.randint(0, 2)))
    grouping = rng.choice(["", f" by ({labels})", f" without ({labels})"])
    parameter = {
        "quantile": rng.choice(["0.5", "0.9", "0", "-1", "1.5"]),
        "count_values": '"' + rng.choice(["value", "job"]) + '"',
        "topk": rng.choice(["1", "3", "100"]),
        "bottomk": rng.choice(["1", "2", "0"]),
    }.get(op)
    return Made(f"{op}{grouping} ({parameter + ', ' if parameter else ''}{inner.text})")


def _scalar(rng: random.Random, depth: int) -> str:
    if depth <= 0 or rng.random() < 0.5:
        return rng.choice(NUMBERS)
    return rng.choice(
        [
            "time()",
            "pi()",
            'scalar(info{job="api"})',
            f"scalar({_vector(rng, depth - 1).text})",
            f"({_scalar(rng, depth - 1)} {rng.choice(ARITHMETIC)} {_scalar(rng, depth - 1)})",
            f"({_scalar(rng, 0)} {rng.choice(COMPARISONS)} bool {_scalar(rng, depth - 1)})",
            f"-{_scalar(rng, 0)}",
        ]
    )


def _operator(rng: random.Random) -> str:
    if rng.random() < 0.5:
        return rng.choice(ARITHMETIC)
    return rng.choice(COMPARISONS) + rng.choice(["", " bool"])


def _with_scalar(rng: random.Random, depth: int) -> Made:
    inner, scalar = f"({_vector(rng, depth - 1).text})", _scalar(rng, depth)
    left, right = rng.choice([(inner, scalar), (scalar, inner)])
    return Made(f"{left} {_operator(rng)} {right}")


def _pairing(rng: random.Random) -> str:
    labels = rng.choice(["job", "job, instance", "job, instance, code", "", "nope", "instance"])
    return rng.choice(["", f" on ({labels})", f" ignoring ({labels})", " ignoring (code, le)"])


def _with_vector(rng: random.Random, depth: int) -> Made:
    left, right = _vector(rng, depth - 1).text, _vector(rng, depth - 1).text
    if rng.random() < 0.4:  # of which most have a match
        group = rng.choice(["group_left", "group_left ()", "group_left (version)"])
        return Made(f"({left}) {_operator(rng)} on (job) {group} info")
    draw = rng.random()
    pairing = _pairing(rng)
    if draw < 0.3 and pairing:
        pairing += rng.choice([" group_left", " group_right", " group_left (version, nope)"])
    if draw > 0.7:
        right = f"({left}) {rng.choice(ARITHMETIC)} {rng.choice(NUMBERS)}"
    return Made(f"({left}) {_operator(rng)}{pairing} ({right})")


def _set(rng: random.Random, depth: int) -> Made:
    left, right = _vector(rng, depth - 1).text, _vector(rng, depth - 1).text
    return Made(f"({left}) {rng.choice(['and', 'or', 'unless'])}{_pairing(rng)} ({right})")


def _labelled(rng: random.Random, depth: int) -> Made:
    inner = _vector(rng, depth - 1).text
    if rng.random() < 0.3:
        parts = ", ".join(f'"{one}"' for one in rng.sample(LABELS, rng.randint(0, 3)))
        target = rng.choice(["both", "instance"])
        return Made(f'label_join({inner}, "{target}", "-"{", " * bool(parts)}{parts})')
    target = rng.choice(["host", "instance", "job", "le"])
    replacement = rng.choice(["$1", "x-$1", "", "${2}", "z"])
    pattern = rng.choice(["(.*)", "(a|b)", ".*", "(.)(.*)", "", "[^a]+"])
    source = rng.choice(LABELS)
    return Made(f'label_replace({inner}, "{target}", "{replacement}", "{source}", "{pattern}")')


def _bucketed(rng: random.Random, depth: int) -> Made:
    share = rng.choice(["0.5", "0.9", "0.99", "0", "1", "-0.1", "1.1", "NaN", "scalar(load)"])
    inner = rng.choice(
        [
            f"rate(latency_bucket[{rng.choice(WINDOWS)}])",
            f"sum by (le) (rate(latency_bucket[{rng.choice(WINDOWS)}]))",
            "latency_bucket",
            f'latency_bucket{{le!="{rng.choice(["1", "+Inf"])}"}}',
            _vector(rng, depth - 1).text,
        ]
    )
    return Made(f"histogram_quantile({share}, {inner})")


def _odd(rng: random.Random, depth: int) -> Made:
    inner = _vector(rng, depth - 1).text
    return Made(
        rng.choice(
            [
                f"{rng.choice(LOGARITHMS)}({inner})",
                f"({inner}) ^ {rng.choice(['2', '3', '0'])}",
                f"vector({_scalar(rng, depth)})",
                f"absent({_selected(rng)})",
                f"-({inner})",
                f'{{__name__=~"load|limit", {rng.choice(MATCHERS)}}}',
                f"rate({{__name__=~'load|limit'}}[{rng.choice(WINDOWS)}])",
            ]
        )
    )
