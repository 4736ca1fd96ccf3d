"""A verdict as a person reads it: exact texts, on one screen."""

from opsready.report.verdict_text import verdict_text, weakenings_text
from opsready.spec.origin import Basis, Origin
from opsready.verdict.criterion import Status
from opsready.verdict.weakening.weakening import Kind, Weakening
from tests.verdict.build import make_judged, make_proof, make_verdict

NOT_SHOWN = """\
Not shown by any of it: that the code host enforces an approval (a setting outside of the tree);
  IAM permissions, quotas and the provider's own validation; the real pager, and that somebody
  answers it; real traffic, data and hosts: size, network, neighbours"""
LATER = ", which this version of opsready does not have yet"


def test_a_verdict_says_first_what_is_false_then_what_is_open_and_last_what_to_do() -> None:
    verdict = make_verdict(
        make_judged(id="OPS-6", must="No infrastructure mixed with application code"),
        make_judged(
            Status.UNMET,
            id="OPS-2",
            must="No hardcoded secrets or environment-specific values",
            reasons=("settings.py:3 a password is written out",),
        ),
        make_judged(Status.UNPROVEN, id="SRE-1", reasons=("the tree has no alert rule",)),
        make_judged(Status.UNPROVEN, id="SRE-4", reasons=("the tree has no alert rule",)),
        make_judged(
            Status.UNPROVEN,
            id="DONE-4",
            reasons=(f"needs the probe rules_pass_their_tests{LATER}",),
        ),
        proofs=(make_proof("service_is_well"),),
        assumptions=(("paging.provider", None, Origin(Basis.ASSUMED, "nobody says")),),
    )
    assert verdict_text(verdict) == (
        "NOT READY: 1 of 5 criteria is shown to be false, and 3 are not shown\n"
        "\n"
        "Shown to be false\n"
        "  · No hardcoded secrets or environment-specific values [OPS-2]\n"
        "      settings.py:3 a password is written out\n"
        "\n"
        "Not shown yet, because\n"
        "  · the tree has no alert rule (2 criteria)\n"
        "  · this version of opsready cannot try yet: rules_pass_their_tests\n"
        "\n"
        "Met: OPS-6\n"
        "\n"
        "Tried here, and held: service is well\n"
        f"{NOT_SHOWN}\n"
        "\n"
        "Assumed: paging.provider = None\n"
        "\n"
        "Next: mend OPS-2: settings.py:3 a password is written out"
    )


def test_a_ready_service_is_ready_within_its_scope() -> None:
    assert verdict_text(make_verdict(make_judged(), proofs=(make_proof("it_runs"),))) == (
        "READY: every one of 1 criteria is met\n"
        "\n"
        "Tried here, and held: it runs\n"
        f"{NOT_SHOWN}\n"
        "\n"
        "Next: keep it so: let CI run opsready verdict, with --against the main branch"
    )


def test_nothing_broken_is_not_yet_proven() -> None:
    verdict = make_verdict(
        make_judged(Status.UNPROVEN, reasons=("x was not run",), todo=("x",)), make_judged()
    )
    lines = verdict_text(verdict).splitlines()
    assert lines[0] == "NOT PROVEN: nothing broke, and 1 of 2 criteria is not shown yet"
    assert lines[-1] == "Next: prove what can be proven here: opsready rehearse --only x"
    assert "Nothing was shown by running it on this machine." in lines


def test_colour_is_there_only_where_it_was_asked_for() -> None:
    verdict = make_verdict(make_judged())
    assert "\x1b" not in verdict_text(verdict)
    assert verdict_text(verdict, coloured=True).startswith("\x1b[32mREADY")


def test_the_longest_verdict_fits_on_one_screen() -> None:
    reasons = tuple(f"reason {n} " + "that is long " * 20 for n in range(40))
    later = tuple(f"needs the probe probe_number_{n}{LATER}" for n in range(30))
    judged = [
        *(
            make_judged(Status.UNMET, id=f"u{n}", must="must " * 40, reasons=reasons)
            for n in range(20)
        ),
        *(make_judged(Status.UNPROVEN, id=f"p{n}", reasons=(*reasons, *later)) for n in range(20)),
        *(make_judged(id=f"m{n}") for n in range(60)),
    ]
    text = verdict_text(make_verdict(*judged))
    assert len(text.splitlines()) <= 60
    assert max(len(line) for line in text.splitlines()) <= 96


def test_weakenings_are_listed_one_a_line() -> None:
    weakening = Weakening(Kind.OBJECTIVE, "objective api", "99.9 %", "99 %", "slo.yaml", 7)
    assert weakenings_text([weakening], "main") == (
        "Weaker than at main: 1\n  · objective api: 99.9 % → 99 % (slo.yaml:7)"
    )
    assert weakenings_text([], "main") == "Nothing became weaker since main."
