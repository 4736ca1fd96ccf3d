"""What a person reads of a review."""

from opsready.documents.kubernetes import Manifest
from opsready.report.review_text import review_text
from opsready.review.finding import Place, Severity
from opsready.review.review import CheckNotRun, Review
from tests.build import make_bundle, make_finding

FILES = {
    "Dockerfile": "FROM python:3.12\n\nRUN  pip   install gunicorn:latest\n",
    "app.env": "PASSWORD=hunter2\n",
}


def shown(*findings: object, **parts: object) -> str:
    return review_text(Review(findings, **parts), make_bundle(FILES))  # type: ignore[arg-type]


def test_a_finding_shows_its_line_its_remedy_and_what_it_is_related_to() -> None:
    finding = make_finding(related=(Place("compose.yaml", 7, "is pinned here"),))
    assert shown(finding) == (
        "1 blocker in 1 file\n"
        "\n"
        "BLOCKERS: not ready while one of these stands\n"
        "\n"
        "Dockerfile\n"
        "    3  `latest` moves  [unpinned-image]\n"
        "       | RUN pip install gunicorn:latest\n"
        "       see compose.yaml:7: is pinned here\n"
        "       → name a version"
    )


def test_the_first_line_sums_up() -> None:
    advice = make_finding(severity=Severity.ADVICE)
    allowed = make_finding(suppressed="allowed until 2027-01-31: why")
    text = shown(
        make_finding(),
        make_finding(path="app.env", severity=Severity.WARNING),
        advice,
        advice,
        allowed,
        not_run=(CheckNotRun("metric-not-emitted", "no metric of the service is known"),),
    )
    assert text.splitlines()[0] == (
        "1 blocker, 1 warning and 2 pieces of advice in 2 files; 1 allowed or known before; "
        "1 check not run"
    )


def test_nothing_found_says_by_how_many_checks_and_in_how_many_files() -> None:
    assert shown(ran=("a", "b")) == "nothing found by 2 checks in 2 files"


def test_what_could_not_be_read_does_not_pass_for_clean() -> None:
    bundle = make_bundle({"k8s.yaml": "apiVersion: v1\nkind: [\n"})
    assert bundle.documents(Manifest) == []
    assert review_text(Review(ran=("a", "b")), bundle) == (
        "nothing found by 2 checks in 1 file; 1 not read\n"
        "\n"
        "NOT READ\n"
        "       k8s.yaml:3: is not YAML: while parsing a flow node, "
        "did not find expected node content"
    )


def test_what_did_not_run_is_listed_with_the_reason() -> None:
    text = shown(not_run=(CheckNotRun("metric-not-emitted", "no metric is known"),))
    assert text == (
        "nothing found by 0 checks in 2 files; 1 check not run\n"
        "\n"
        "NOT RUN\n"
        "       metric-not-emitted: no metric is known"
    )


def test_a_line_on_which_a_secret_was_found_is_never_quoted() -> None:
    secret = make_finding(path="app.env", line=1, check="secret-in-file", mandate="OPS-2")
    other = make_finding(path="app.env", line=1, check="another", mandate="OPS-5")
    assert "hunter2" not in shown(secret, other)


def test_a_finding_on_a_whole_file_or_past_its_end_quotes_nothing() -> None:
    assert "|" not in shown(make_finding(line=0), make_finding(line=99))


def test_colours_are_given_only_when_asked_for() -> None:
    review = Review((make_finding(),))
    assert "\x1b[31mBLOCKERS" in review_text(review, make_bundle(FILES), coloured=True)
    assert "\x1b" not in review_text(review, make_bundle(FILES))


def test_a_linters_findings_are_listed_by_rule_after_ours() -> None:
    theirs = [
        make_finding(
            line=line,
            check="hadolint/DL3008",
            tool="hadolint",
            severity=Severity.ADVICE,
            message="Pin versions",
            remedy="What it means: a page",
        )
        for line in (1, 2, 3, 4, 5)
    ]
    ours = make_finding(line=3, severity=Severity.ADVICE)
    assert shown(*theirs, ours) == (
        "6 pieces of advice in 1 file\n"
        "\n"
        "ADVICE: consider these\n"
        "\n"
        "Dockerfile\n"
        "    3  `latest` moves  [unpinned-image]\n"
        "       | RUN pip install gunicorn:latest\n"
        "       → name a version\n"
        "\n"
        "hadolint/DL3008\n"
        "       Pin versions\n"
        "       see Dockerfile:1, Dockerfile:2, Dockerfile:3 and 2 more; --format json lists all\n"
        "       → What it means: a page"
    )


def test_a_linters_blocker_is_shown_as_ours_are_and_its_line_is_not_quoted() -> None:
    secret = make_finding(
        path="app.env",
        line=1,
        check="detect-secrets/github-token",
        tool="detect-secrets",
        mandate="OPS-2",
        message="this looks like a secret",
    )
    assert shown(secret) == (
        "1 blocker in 1 file\n"
        "\n"
        "BLOCKERS: not ready while one of these stands\n"
        "\n"
        "app.env\n"
        "    1  this looks like a secret  [detect-secrets/github-token]\n"
        "       → name a version"
    )


def test_what_is_missing_for_one_reason_is_said_once() -> None:
    why = "not installed: get it"
    missing = [CheckNotRun(id, why) for id in ("hadolint", "zizmor")]
    assert shown(ran=("a",), not_run=(*missing, CheckNotRun("x", "no"))) == (
        "nothing found by 1 checks in 2 files; 3 checks not run\n"
        "\n"
        "NOT RUN\n"
        "       hadolint, zizmor: not installed: get it\n"
        "       x: no"
    )
