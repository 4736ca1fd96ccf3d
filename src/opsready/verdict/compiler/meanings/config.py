"""What can be shown of secrets, values of one environment, and what lies where."""

from opsready.verdict.compiler.meaning import Meaning, any_of

MEANINGS = (
    Meaning(
        "secret-lies-in-the-tree",
        (
            "secret-in-file",
            "secret-default-in-code",
        ),
        (any_of("secret"), any_of("repository hardcoded image")),
        mandate="OPS-2",
        reads=any_of("commit database cache configuration exist verify lint expose secret_store"),
        unless=any_of("rotation"),
        is_fault=True,
    ),
    Meaning(
        "secret-comes-by-reference",
        (
            "secret-in-file",
            "secret-default-in-code",
        ),
        (any_of("secret"), any_of("secret_store")),
        mandate="OPS-2",
        reads=any_of("read_from run commit database cache exist service container repository"),
        unless=any_of("rotation access runbook"),
    ),
    Meaning(
        "values-stand-apart",
        (
            "environment-value-in-template",
            "environment-value-in-code",
        ),
        (any_of("same_template values configuration"), any_of("staging production")),
        mandate="OPS-2",
        reads=any_of("deployment separate run exist apply document"),
        unless=any_of("environment_value secret approval"),
        names=True,
    ),
    Meaning(
        "value-of-one-environment",
        (
            "environment-value-in-template",
            "environment-value-in-code",
            "environment-branch-in-code",
        ),
        (
            any_of("repository configuration infrastructure image pipeline application_code"),
            any_of("environment_value"),
        ),
        mandate="OPS-2",
        reads=any_of("hardcoded exist commit"),
        is_fault=True,
    ),
    Meaning(
        "infrastructure-stands-apart",
        ("OPS-6",),
        (
            any_of("infrastructure deployment pipeline command"),
            any_of("application_code"),
            any_of("separate"),
        ),
        mandate="OPS-6",
        reads=any_of("repository exist commit code"),
    ),
    Meaning(
        "infrastructure-is-mixed-in",
        ("OPS-6",),
        (
            any_of("infrastructure deployment pipeline command"),
            any_of("application_code"),
            any_of("mixed commit"),
        ),
        mandate="OPS-6",
        reads=any_of("repository exist"),
        unless=any_of("separate"),
        is_fault=True,
    ),
)
