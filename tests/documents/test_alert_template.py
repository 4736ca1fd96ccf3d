"""What Prometheus would refuse in the texts of an alert."""

import pytest

from opsready.documents.alert_template import fault_of, shows_value


@pytest.mark.parametrize(
    "text",
    [
        "no braces",
        '{{ $labels.instance }} has {{ printf "%.2f" $value }}',
        "{{ $value | humanizePercentage }}",
        "{{- if gt $value 0.5 -}}bad{{ else }}good{{ end }}",
        '{{ with query "up == 0" }}{{ . | first | label "instance" }}{{ end }}',
        '{{ range query "up" }}{{ .Labels.job }}{{ end }}',
        "{{/* a comment with words */}}",
        '{{ reReplaceAll "(.*):9100" "$1" $labels.instance }}',
    ],
)
def test_what_prometheus_expands_has_no_fault(text: str) -> None:
    assert fault_of(text) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{{ $labels.instance }", "`{{` is never closed"),
        ("{{ $value | humanise }}", "there is no function `humanise`"),
        ("{{ if $value }}bad", "a block has no `{{ end }}`"),
        ("bad{{ end }}", "`{{ end }}` ends nothing"),
    ],
)
def test_what_prometheus_refuses_is_said(text: str, why: str) -> None:
    assert fault_of(text) == why


@pytest.mark.parametrize(
    ("text", "shown"),
    [("{{ $value }}", True), ("{{ .Value }}", True), ("{{ $labels.value }}", False)],
)
def test_a_text_that_shows_the_value_is_told(text: str, shown: bool) -> None:
    assert shows_value(text) is shown
