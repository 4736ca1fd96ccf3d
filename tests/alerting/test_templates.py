"""Texts of labels and annotations, as Prometheus writes them; every row was asked of promtool."""

import random
from collections.abc import Iterable
from pathlib import Path

import pytest

from opsready.alerting.templates import (
    Refused,
    TemplateError,
    check,
    expand,
    hangs_on_value,
    queries_in,
)
from opsready.promql import PromQLError
from opsready.promql.labels import Labels
from opsready.promql.semantics import SEMANTICS
from tests.alerting.promtool import KNOWN, version
from tests.alerting.random_rules import written
from tests.alerting.random_templates import template
from tests.alerting.test_against_promtool import assert_same

VALUE = 1234567.0
LABELS = {"__name__": "x", "a": "b"}
AROUND = {"cluster": "c1"}
URL = "http://example.org/p"


def vector(expr: str) -> list[tuple[Labels, float]]:
    """What the queries of the table find."""
    found: dict[str, list[tuple[Labels, float]]] = {
        "x": [((("__name__", "x"), ("a", "b")), VALUE)],
        "sum(y)": [((), 1.5)],
        "y > 0.5": [((("__name__", "y"), ("n", "1")), 1.0)],
        "3": [((), 3.0)],
        "y": [
            ((("__name__", "y"), ("n", "1")), 1.0),
            ((("__name__", "y"), ("n", "2")), 0.5),
        ],
    }
    return found.get(expr, [])


FAILED = "<error expanding template: error executing template __alert_A: template: __alert_A:"
TABLE = {
    # Go's language
    "plain": "plain",
    "{{ $labels.a }} at {{ $value }}": "b at 1.234567e+06",
    "{{ .Labels.a }} at {{ .Value }}": "b at 1.234567e+06",
    "[{{ $labels.none }}]": "[]",
    "{{ $externalLabels.cluster }} {{ $externalURL }} {{ .ExternalURL }}": f"c1 {URL} {URL}",
    "a {{- 1 -}} b": "a1b",
    "{{/* a comment */}}x{{- /* another */ -}} y": "xy",
    "{{ if $labels.a }}yes{{ else }}no{{ end }}": "yes",
    "{{ if eq $labels.a `c` }}c{{ else if eq $labels.a `b` }}b{{ else }}none{{ end }}": "b",
    "{{ with $labels.none }}{{ . }}{{ else }}without{{ end }}": "without",
    "{{ with $x := $labels.a }}{{ $x }}{{ . }}{{ end }}": "bb",
    "{{ range $k, $v := $labels }}{{ $k }}={{ $v }};{{ end }}": "__name__=x;a=b;",
    "{{ range query `y` | sortByLabel `n` }}{{ .Labels.n }}:{{ .Value }} {{ end }}": "1:1 2:0.5 ",
    "{{ range $i, $s := query `y` | sortByLabel `n` }}{{ $i }}: {{ $s.Value }} {{ end }}": (
        "0: 1 1: 0.5 "
    ),
    "{{ range query `none` }}x{{ else }}nothing{{ end }}": "nothing",
    "{{ range query `y` }}{{ if eq .Value 0.5 }}{{ continue }}{{ end }}{{ .Value }}{{ end }}": "1",
    "{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ $x }}": "2",
    '{{ define "t" }}<{{ . }}>{{ end }}{{ template "t" $labels.a }}': "<b>",
    '{{ block "t" $value }}[{{ . }}]{{ end }}': "[1.234567e+06]",
    "{{ ($labels).a }} {{ (index $labels `a`) }}": "b b",
    "{{ 'a' }} {{ 0x10 }} {{ 1_000 }} {{ -3 }} {{ 1.50 }} {{ 1e6 }} {{ true }} {{ `raw` }}": (
        "97 16 1000 -3 1.5 1e+06 true raw"
    ),
    r'{{ "tab\t\"q\" \u00e9" }}': 'tab\t"q" é',
    "{{ and 1 0 }} {{ or 0 `x` }} {{ not 0 }} {{ len `abc` }} {{ slice `abcd` 1 3 }}": (
        "0 x true 3 bc"
    ),
    "{{ eq 1 2 1 }} {{ ne 1 2 }} {{ lt 1.5 2.5 }} {{ le `a` `b` }} {{ gt 2 1 }} {{ ge 1 2 }}": (
        "true true true true true false"
    ),
    "{{ print 1 2 `x` 3 }} {{ println `a` 1 }}": "1 2x3 a 1\n",
    "{{ html `<a href='x'>` }} {{ urlquery `a b&c` }}": "&lt;a href=&#39;x&#39;&gt; a+b%26c",
    # fmt
    '{{ printf "%.2f|%5.1f|%-5d|%05d|%s|%q|%v|%t" 1.005 2.25 3 4 `s` `q` 1e7 true }}': (
        '1.00|  2.2|3    |00004|s|"q"|1e+07|true'
    ),
    '{{ printf "%d" $value }} {{ printf "%s" 1 }} {{ printf "%d" }} {{ printf "%d" 1 2 }}': (
        "%!d(float64=1.234567e+06) %!s(int=1) %!d(MISSING) 1%!(EXTRA int=2)"
    ),
    '{{ printf "%e %g %G %x %X %c %U %b %o %%" 1.5 1e-7 1e20 255 `hi` 65 66 5 8 }}': (
        "1.500000e+00 1e-07 1E+20 ff 6869 A U+0042 101 10 %"
    ),
    '{{ printf "%+d %+.1f % d %6.2f %*d %T %T" 1 2.5 3 1.234 4 5 `s` 1.5 }}': (
        "+1 +2.5  3   1.23    5 string float64"
    ),
    "{{ 0.1 }} {{ 1e-5 }} {{ 123456.0 }} {{ 1234567.0 }} {{ 0.0001 }} {{ 100000.5 }}": (
        "0.1 1e-05 123456 1.234567e+06 0.0001 100000.5"
    ),
    # Prometheus's functions
    "{{ humanize $value }} {{ humanize 0.00123 }} {{ humanize 0 }} {{ humanize `1e10` }}": (
        "1.235M 1.23m 0 10G"
    ),
    "{{ humanize1024 $value }} {{ humanize1024 0.5 }} {{ humanize1024 -2048 }}": (
        "1.177Mi 0.5 -2ki"
    ),
    "{{ humanizeDuration $value }} {{ humanizeDuration 0.5 }} {{ humanizeDuration -61 }}": (
        "14d 6h 56m 7s 500ms -1m 1s"
    ),
    "{{ humanizeDuration 0 }} {{ humanizeDuration 59.99 }} {{ humanizeDuration 3600 }}": (
        "0s 59.99s 1h 0m 0s"
    ),
    "{{ humanizePercentage 0.12345 }} {{ humanizePercentage 1 }}": "12.35% 100%",
    "{{ humanizeTimestamp 1435065584.128 }} {{ humanizeTimestamp -1.5 }}": (
        "2015-06-23 13:19:44.128 +0000 UTC 1969-12-31 23:59:58.5 +0000 UTC"
    ),
    "{{ toTime 0 }}": "1970-01-01 00:00:00 +0000 UTC",
    "{{ title `a bc dE` }} {{ toUpper `aé` }} {{ toLower `ABC` }}": "A Bc DE AÉ abc",
    "{{ title `it's_a x-ray 1st` }}": "It'S_a X-Ray 1st",
    '{{ reReplaceAll "(.*):[0-9]+" "$1 ${1}!" "host:80" }}': "host host!",
    '{{ "abc" | reReplaceAll "b" "$$" }} {{ match "^a" "abc" }} {{ match "^b" "abc" }}': (
        "a$c true false"
    ),
    "{{ stripPort `h:80` }} {{ stripPort `h` }} {{ stripPort `[::1]:80` }}": "h h ::1",
    "{{ stripDomain `a.b.c` }} {{ stripDomain `a.b:1` }} {{ stripDomain `1.2.3.4:5` }}": (
        "a a:1 1.2.3.4:5"
    ),
    "{{ parseDuration `1h30m` }} {{ safeHtml `<b>` }}": "5400 <b>",
    "{{ graphLink `up{a='b'}` }} {{ tableLink `x y` }}": (
        "/graph?g0.expr=up%7Ba%3D%27b%27%7D&g0.tab=0 /graph?g0.expr=x+y&g0.tab=1"
    ),
    "{{ query `x` | first | value }} {{ query `x` | first | label `a` }}": "1.234567e+06 b",
    "{{ with query `y` }}{{ . | sortByLabel `n` | first | label `n` }}{{ end }}": "1",
    "{{ range sortByLabel `n` (query `y`) }}{{ .Labels.n }}{{ end }}": "12",
    "{{ first (query `x`) }} {{ $labels }}": (
        "{map[__name__:x a:b] 1.234567e+06} map[__name__:x a:b]"
    ),
    "{{ args 1 `b` }} {{ (args 1).arg0 }} {{ (args 1).arg7 }}": ("map[arg0:1 arg1:b] 1 <no value>"),
    "{{ strvalue (first (query `x`)) }}|{{ len (query `y`) }}": "|2",
    "{{ (args 1).arg7 | printf `%v` }} {{ args.none }} {{ print (first (query `x`)) }}": (
        "<nil> <no value> &{map[__name__:x a:b] 1.234567e+06}"
    ),
    '{{ reReplaceAll "(.*)" "<$1>" "ab" }} {{ reReplaceAll "a*" "-" "baac" }}': "<ab> -b-c-",
    "{{ toUpper `ßé` }} {{ title `ﬁ x` }} {{ parseDuration `0` }}": "ßÉ ﬁ X 0",
    "{{ 0b11 }} {{ 0o17 }} {{ 017 }} {{ 0x1p4 }}": "3 15 15 16",
    '{{ printf "%s %q" $labels $labels }} {{ printf "%d %s" nil nil }}': (
        'map[__name__:x a:b] map["__name__":"x" "a":"b"] %!d(<nil>) %!s(<nil>)'
    ),
    '{{ printf "%.1f|%05d" "ab" "c" }} {{ printf "% X" "abc" }}': (
        "%!f(string=a)|%!d(string=0000c) 61 62 63"
    ),
    # What fails while it is executed stands in the text
    "{{ nil }}": f'{FAILED}1:115: executing "__alert_A" at <nil>: nil is not a command>',
    "{{ 1 2 }}": (
        f'{FAILED}1:115: executing "__alert_A" at <1>: can\'t give argument to non-function 1>'
    ),
    '{{ define "t" }}{{ title 1 }}{{ end }}{{ template "t" }}': (
        f'{FAILED}1:137: executing "t" at <1>: expected string; found 1>'
    ),
    '{{ template "none" . }}': (
        f'{FAILED}1:124: executing "__alert_A" at <{{{{template "none" .}}}}>: template "none" not'
        " defined>"
    ),
    "{{ range $value }}x{{ end }}": (
        f'{FAILED}1:121: executing "__alert_A" at <$value>: range can\'t iterate over 1.234567e+06>'
    ),
    "{{ print $labels.a.b }}": (
        f'{FAILED}1:128: executing "__alert_A" at <$labels.a.b>: can\'t evaluate field b in type'
        " string>"
    ),
    "{{ printf }}": (
        f'{FAILED}1:115: executing "__alert_A" at <printf>: wrong number of args for printf: want'
        " at least 1 got 0>"
    ),
    "{{ query `y` | label `n` }}": (
        f'{FAILED}1:133: executing "__alert_A" at <`n`>: wrong type for value; expected'
        " *template.sample; got template.queryResult>"
    ),
    "{{ gt $value 5 }}": (
        f'{FAILED}1:115: executing "__alert_A" at <gt $value 5>: error calling gt: incompatible'
        " types for comparison>"
    ),
    "{{ query `none` | first | value }}": (
        f'{FAILED}1:130: executing "__alert_A" at <first>: error calling first: first() called'
        " on vector with no elements>"
    ),
    "two\nlines {{ title 1.5 }}": (
        f'{FAILED}2:15: executing "__alert_A" at <1.5>: expected string; found 1.5>'
    ),
    "{{ title $value }} {{ title `a` }}": (
        f'{FAILED}1:121: executing "__alert_A" at <$value>: wrong type for value; expected'
        " string; got float64>"
    ),
    "{{ title `a` `b` }}": (
        f'{FAILED}1:115: executing "__alert_A" at <title>: wrong number of args for title:'
        " want 1 got 2>"
    ),
    "{{ index $labels 1 }}": (
        f'{FAILED}1:115: executing "__alert_A" at <index $labels 1>: error calling index: value'
        " has type int; should be string>"
    ),
    "{{ humanize `x` }}": (
        f'{FAILED}1:115: executing "__alert_A" at <humanize `x`>: error calling humanize:'
        ' strconv.ParseFloat: parsing "x": invalid syntax>'
    ),
}


@pytest.mark.parametrize(("text", "wanted"), TABLE.items())
def test_a_text_is_expanded(text: str, wanted: str) -> None:
    assert expand(text, LABELS, VALUE, AROUND, URL, vector, alert="A") == wanted


# As promtool 2.53.3 and 3.5.3 write them.
TITLES = {
    "it's a.b 1st": ("It'S A.B 1st", "It's A.b 1St"),
    "a-b a_b _x a/b": ("A-B A_b _x A/B", "A-B A_b _X A/B"),
    "a.1b 1.a a..b a. b": ("A.1b 1.A A..B A. B", "A.1b 1.A A..B A. B"),
    "web.prod:9090 a:b a,b": ("Web.Prod:9090 A:B A,B", "Web.prod:9090 A:b A,B"),
    "a\u2019b a\u00b7b \u65e5a \u00df": (
        "A\u2019b A\u00b7b \u65e5a \u00df",
        "A\u2019b A\u00b7b \u65e5A Ss",
    ),
    "a'' 'a .a a.-b": ("A'' 'A .A A.-B", "A'' 'A .A A.-B"),
}


@pytest.mark.parametrize(("text", "titles"), TITLES.items())
def test_a_title_is_one_of_its_version(text: str, titles: tuple[str, str]) -> None:
    asked = f'{{{{ title "{text}" }}}}'
    versions = (SEMANTICS["2.51"], SEMANTICS["3.5"])
    assert tuple(expand(asked, {}, 0.0, semantics=each) for each in versions) == titles


@pytest.mark.skipif(version() != KNOWN, reason=f"needs promtool {KNOWN}")
def test_promtool_writes_the_same_texts(tmp_path: Path) -> None:
    assert_promtool_writes_the_same(TABLE, tmp_path)


@pytest.mark.skipif(version() != KNOWN, reason=f"needs promtool {KNOWN}")
@pytest.mark.parametrize("seed", range(4))
def test_promtool_writes_the_same_of_random_templates(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    asked = [text for text in (template(rng) for _ in range(100)) if is_supported(text)]
    assert len(asked) > 90
    assert_promtool_writes_the_same(asked, tmp_path)


def is_supported(text: str) -> bool:
    try:
        expand(text, LABELS, VALUE, AROUND, URL, vector)
    except Refused:
        return False
    return True


def assert_promtool_writes_the_same(texts: Iterable[str], folder: Path) -> None:
    annotations = {f"t{place}": text for place, text in enumerate(texts)}
    rule = {"alert": "A", "expr": "x", "annotations": annotations}
    series = {'x{a="b"}': "1234567", 'y{n="1"}': "1", 'y{n="2"}': "0.5"}
    test = {
        "interval": "1m",
        "external_labels": AROUND,
        "external_url": URL,
        "input_series": [{"series": name, "values": value} for name, value in series.items()],
        "alert_rule_test": [{"eval_time": "0s", "alertname": "A"}],
    }
    rules = {"groups": [{"name": "g", "rules": [rule]}]}
    assert_same(folder, written(rules), written({"rule_files": ["rules.yml"], "tests": [test]}))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{{ $x }}", "undefined variable `$x`"),
        ("{{ foo }}", "there is no function `foo`"),
        ("{{ tmpl `a` . }}", "there is no function `tmpl`"),
        ("{{ $value", "`{{` is never closed"),
        ("{{ if $value }}x", "`{{ if }}` has no `{{ end }}`"),
        ("x{{ end }}", "`{{ end }}` ends nothing"),
        ("{{ if 1 }}{{ else }}{{ else }}{{ end }}", "`if` has two `{{ else }}`"),
        ("{{ break }}", "`{{ break }}` stands outside of a range"),
        ("{{ (1 }}", "a parenthesis is never closed"),
        ("{{ 1 ) }}", "`)` closes nothing"),
        ("{{ }}", "a value is missing"),
        ("{{ $value | }}", "a value is missing"),
        ("{{ 1 | 2 }}", "`2` takes nothing from a pipe"),
        ("{{ 08 }}", "`08` is no number"),
        (r'{{ "\400" }}', r"the escape \400 is no character"),
        ('{{ define "t" }}a{{ end }}{{ define "t" }}b{{ end }}', "`t` is defined twice"),
        (
            '{{ if 1 }}{{ define "t" }}{{ end }}{{ end }}',
            "`{{ define }}` stands inside of another block",
        ),
        ("{{ # }}", "`# }}` is nothing that a template knows"),
    ],
)
def test_what_is_no_template_is_told(text: str, why: str) -> None:
    with pytest.raises(TemplateError) as caught:
        check(text)
    assert str(caught.value) == why


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{{ js `x` }}", "the function js"),
        ("{{ query `y` }}", "the addresses that a list of samples is written as"),
        ("{{ (toTime 1).Year }}", "the method Year of a time"),
        ("{{ toDuration 1 }}", "the function toDuration"),
    ],
)
def test_what_is_not_supported_is_refused_with_words(text: str, why: str) -> None:
    with pytest.raises(Refused) as caught:
        expand(text, LABELS, VALUE, query=vector)
    assert str(caught.value) == why


def test_a_query_that_is_no_promql_is_told_in_the_text() -> None:
    def asked(expr: str) -> list[tuple[Labels, float]]:
        raise PromQLError("expected an expression", expr, 3)

    told = expand("{{ query `x +` }}", LABELS, VALUE, query=asked, alert="A")
    assert told == (
        f'{FAILED}1:115: executing "__alert_A" at <query `x +`>: error calling query: line 1,'
        " column 4: expected an expression>"
    )


@pytest.mark.parametrize(
    ("text", "hangs"),
    [
        ("{{ $labels.a }}", False),
        ("plain $value", False),
        ("{{ $value }}", True),
        ("{{ .Value | humanize }}", True),
        ("{{ with query `x` }}1{{ end }}", True),
    ],
)
def test_a_label_that_may_change_is_known(text: str, hangs: bool) -> None:
    assert hangs_on_value(text) is hangs


def test_the_queries_of_a_text_are_known() -> None:
    text = '{{ query "up{a=\\"b\\"}" | first }} {{ with query `sum(x)` }}{{ end }}'
    assert list(queries_in(text)) == ['up{a="b"}', "sum(x)"]
