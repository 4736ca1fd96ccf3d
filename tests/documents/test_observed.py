"""What an earlier start showed, from a file that anybody may have written."""

import pytest

from opsready.documents.document import Unparsable
from opsready.documents.observed import PATH, Observed, observed_text


def test_what_is_written_is_read_back_with_its_lines() -> None:
    text = observed_text("abc", {"routes": [{"method": "GET", "path": "/orders", "status": 200}]})
    observed = Observed.parse(PATH, text)
    assert observed.code == "abc"
    (route,) = observed.of("routes")
    assert route.values == {"method": "GET", "path": "/orders", "status": 200}
    assert (route.line, route.quote) == (5, text.splitlines()[4].strip())
    assert observed.of("metrics") == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[]", "does not say that it is opsready/observed/1"),
        ("", "does not say that it is opsready/observed/1"),
        (
            observed_text("abc", {"metrics": [{"name": ["a"], "type": "counter"}]}),
            "an entry of `metrics` has no `name` that is text",
        ),
        (
            observed_text("abc", {"routes": [{"method": "GET"}]}),
            "an entry of `routes` has no `path` that is text",
        ),
    ],
)
def test_what_is_not_ours_is_refused(text: str, why: str) -> None:
    with pytest.raises(Unparsable) as refused:
        Observed.parse(PATH, text)
    assert refused.value.why == why
