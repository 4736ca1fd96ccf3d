"""Random templates of alerts: every function with arguments that fit, and some that do not."""

import random

TEXTS = [
    '"a b"',
    '"host:9090"',
    '"web-1.example.org"',
    '"é_x y"',
    '""',
    "`<&'>`",
    '"12.5"',
    '"1h5m"',
]
NUMBERS = ["0", "1", "-3", "42", "0.5", "1e6", "-0.00123", "1234567.0", "0x1f", "1e-9", "$value"]
REGEXES = ['"a*"', '"(.*)"', '"(\\\\w+):(\\\\d+)"', '"^.$"', '""', '"(?i)A|B"', '"[^a-z]+"']
REPLACEMENTS = ['"<$1>"', '"${1}x$2"', '"$$"', '""', '"$1y"', '"-"']
FORMATS = [
    '"%v|%v"',
    '"%s=%d"',
    '"%.2f%%"',
    '"%5.1f|%-6s|"',
    '"%q"',
    '"%05d %x"',
    '"%e %g"',
    '"%t"',
]
QUERIES = ["y", "x", "sum(y)", "gone", "y > 0.5", "3", "rate(x[5m])"]
TO_TEXT = ["title", "toUpper", "toLower", "stripPort", "stripDomain", "safeHtml", "urlquery"]
TO_LINK = ["graphLink", "tableLink", "html"]
OF_NUMBER = ["humanize", "humanize1024", "humanizeDuration", "humanizePercentage"]
COMPARISONS = ["eq", "ne", "lt", "le", "gt", "ge"]


def template(rng: random.Random) -> str:
    """Some texts and actions after each other."""
    defined = '{{ define "t" }}[{{ . | printf "%v" }}]{{ end }}'
    return defined + "".join(_statement(rng, 2) for _ in range(rng.randint(1, 3)))


def _statement(rng: random.Random, depth: int) -> str:
    plain = rng.choice(["", " ", "x ", " \n ", "é"])
    if depth == 0 or rng.random() < 0.5:
        return plain + _braces(rng, _any(rng, 2))
    body, other = _statement(rng, depth - 1), _statement(rng, depth - 1)
    end, other_way = _braces(rng, "end"), _braces(rng, "else")
    return plain + rng.choice(
        [
            _braces(rng, f"if {_truth(rng, 1)}") + body + other_way + other + end,
            _braces(rng, f"if {_truth(rng, 1)}")
            + body
            + _braces(rng, f"else if {_truth(rng, 1)}")
            + other
            + end,
            _braces(rng, f"with {_any(rng, 1)}") + body + "{{ . }}" + other_way + other + end,
            _braces(rng, f"range $i, $s := {_vector(rng, 1)}")
            + "{{ $i }}{{ $s.Labels.n }}={{ .Value }}"
            + rng.choice(["", "{{ if $i }}{{ break }}{{ end }}", "{{ continue }}never"])
            + other_way
            + other
            + end,
            _braces(rng, "range $k, $v := $labels") + "{{ $k }}:{{ . }}" + end,
            _braces(rng, f"$y := {_any(rng, 1)}") + "{{ if true }}{{ $y = 1 }}{{ end }}{{ $y }}",
            f'{{{{ template "t" {_text(rng, 1)} }}}}',
        ]
    )


def _braces(rng: random.Random, inside: str) -> str:
    left = rng.choice(["{{", "{{ ", "{{- "]) if inside[0] not in "-+" else "{{ "
    return left + inside + rng.choice(["}}", " }}", " -}}"])


def _any(rng: random.Random, depth: int) -> str:
    return rng.choice([_text, _text, _number, _truth, _sample, _odd])(rng, depth)


def _odd(rng: random.Random, depth: int) -> str:
    """What a function does not take, or what has no value."""
    return rng.choice(
        [
            f"toUpper {_number(rng, depth - 1)}",
            f"{rng.choice(OF_NUMBER)} {_text(rng, depth - 1)}",
            "$labels.none",
            "$labels.a.b",
            "$externalLabels",
            "print 1 2 $value true nil",
            "args 1 (print 2) $value",
            f"(args {_text(rng, 0)}).arg{rng.choice('01')}",
            "len",
            "first (query `gone`)",
            f"index $labels {_text(rng, 0)}",
            f"slice $labels.a 1 {rng.choice('12')}",
            f"eq 1 {_text(rng, 0)}",
            f"{_number(rng, 0)} | printf {_text(rng, 0)}",
            "externalURL",
            "humanizeTimestamp 1.5e9",
        ]
    )


def _text(rng: random.Random, depth: int) -> str:
    if depth <= 0:
        return rng.choice([*TEXTS, "$labels.a", ".Labels.none", "$externalURL"])
    inner = _in(rng, _text, depth)
    return rng.choice(
        [
            f"{rng.choice([*TO_TEXT, *TO_LINK])} {inner}",
            f"{_text(rng, depth - 1)} | {rng.choice(TO_TEXT)} | {rng.choice(TO_TEXT)}",
            f"{rng.choice(OF_NUMBER)} {_in(rng, _number, depth)}",
            f"{_number(rng, depth - 1)} | {rng.choice(OF_NUMBER)}",
            f"reReplaceAll {rng.choice(REGEXES)} {rng.choice(REPLACEMENTS)} {inner}",
            f"printf {rng.choice(FORMATS)} {inner} {_in(rng, _number, depth)}",
            f"print {inner} {_in(rng, _any, depth)}",
            f"{_sample(rng, depth)} | label {rng.choice(TEXTS)}",
            f"{_sample(rng, depth)} | label `n`",
        ]
    )


def _number(rng: random.Random, depth: int) -> str:
    if depth <= 0:
        return rng.choice(NUMBERS)
    return rng.choice(
        [
            f"{_sample(rng, depth)} | value",
            f"len {_in(rng, _text, depth)}",
            f"len {_in(rng, _vector, depth)}",
            f"parseDuration {_in(rng, _text, depth)}",
            f"({_sample(rng, depth)}).Value",
        ]
    )


def _truth(rng: random.Random, depth: int) -> str:
    if depth <= 0:
        return rng.choice(["true", "false", "$labels.a", "0", "$value"])
    return rng.choice(
        [
            f"{rng.choice(COMPARISONS)} {_in(rng, _text, depth)} {_in(rng, _text, depth)}",
            f"{rng.choice(COMPARISONS)} $value {rng.choice(['1234567.0', '1.5e7', '1'])}",
            f"{rng.choice(['and', 'or'])} {_in(rng, _any, depth)} {_in(rng, _truth, depth)}",
            f"not {_in(rng, _any, depth)}",
            f"match {rng.choice(REGEXES)} {_in(rng, _text, depth)}",
        ]
    )


def _vector(rng: random.Random, depth: int) -> str:
    found = f"query `{rng.choice(QUERIES)}`"
    return found if depth < 0 else f"{found} | sortByLabel `n`"


def _sample(rng: random.Random, depth: int) -> str:
    return f"{_vector(rng, depth)} | first"


def _in(rng: random.Random, kind: object, depth: int) -> str:
    """A part of the kind, in parentheses where it has several words."""
    found: str = kind(rng, depth - 1)  # type: ignore[operator]
    return f"({found})" if " " in found and not found.startswith(('"', "`")) else found
