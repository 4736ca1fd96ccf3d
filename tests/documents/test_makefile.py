"""Targets of a Makefile and the commands of their recipes."""

from opsready.documents.makefile import Makefile

MAKEFILE = """\
IMAGE := shop/orders
.PHONY: build deploy
build:
	docker build -t $(IMAGE) .

deploy: build  # to the cluster
	@kubectl apply -f k8s/
	-kubectl rollout status \\
		deployment/orders

	echo $$HOME

help: ; echo help
"""


def test_recipes_with_their_lines() -> None:
    makefile = Makefile.parse("Makefile", MAKEFILE)
    assert [(t.name, t.needs, t.line) for t in makefile.targets] == [
        ("build", (), 3),
        ("deploy", ("build",), 6),
        ("help", (), 13),
    ]
    deploy = makefile.target("deploy")
    assert deploy is not None
    assert [(c.line, " ".join(c.words)) for c in deploy.commands] == [
        (7, "kubectl apply -f k8s/"),
        (8, "kubectl rollout status deployment/orders"),
        (11, "echo $HOME"),
    ]


def test_what_a_target_needs_runs_before_it() -> None:
    makefile = Makefile.parse("Makefile", MAKEFILE)
    programs = [command.program for command in makefile.commands_of("deploy")]
    assert programs == ["docker", "kubectl", "kubectl", "echo"]


def test_targets_that_need_each_other_end() -> None:
    makefile = Makefile.parse("Makefile", "a: b\n\techo a\nb: a\n\techo b\n")
    assert [c.words[1] for c in makefile.commands_of("a")] == ["b", "a"]


def test_a_missing_target_runs_nothing() -> None:
    assert Makefile.parse("Makefile", "a:\n\ttrue\n").commands_of("b") == ()
