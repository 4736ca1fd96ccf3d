"""What a file is for, as far as its path says: the service itself, or something around it."""

import re
from enum import StrEnum
from functools import cache


class Purpose(StrEnum):
    """`service` is all that is meant to run, or to make it run, where users depend on it."""

    SERVICE = "service"
    TRIAL = "trial"
    EXAMPLE = "example"
    DEVELOPMENT = "development"
    DOCUMENTATION = "documentation"


# The first that fits wins: a test of an example is a test.
_BY_PATH = (
    (
        Purpose.TRIAL,
        r"(^|/)(tests?|testing|__tests__|test[-_]?data|fixtures?|e2e|integration[-_]tests?|mocks?"
        r"|reg[-_]?tests?|benchmarks?|bench|locust|loadtests?|load[-_]tests?|conformance|minikube)/"
        r"|(^|/)tests?[-_][^/]+/|(^|/)tests?\.\w+$|(^|/)(conftest|test_[^/]+|[^/]+_tests?|noxfile)\.py$|[._](test|tests|testing|ci|e2e)\.|-(tests?|e2e)\."
        r"|\.(test|spec)\.[jt]sx?$|_test\.go$",
    ),
    (
        Purpose.EXAMPLE,
        r"(^|/)(examples?|samples?|demos?|tutorials?|quickstarts?|contrib|cookiecutter[^/]*"
        r"|skeletons?|scaffold(ing|s)?|playground)/|(^|[._/-])(example|sample|template|dist)(\.|$)"
        r"|(^|/)([^/]+[-_])?examples?([-_][^/]+)?/"
        r"|(^|/)(example|sample)[-_][^/]+\.(ya?ml|ini|cfg|conf|toml|json|env|properties|tfvars)$",
    ),
    (
        Purpose.DEVELOPMENT,
        r"(^|/)(dev|devel|develop|development|local|localdev|sandbox|\.devcontainer|\.vscode|\.idea)/"
        r"|(^|[._/-])(dev|devel|development|local|override|devcontainer|debug)(\.|$)"
        r"|(^|/)dev[-_][^/]+$|[-_]dev/",
    ),
    (Purpose.DOCUMENTATION, r"(^|/)(docs?|documentation|website)/|\.(md|rst|txt|adoc)$"),
)
_COMPILED = [(purpose, re.compile(pattern, re.IGNORECASE)) for purpose, pattern in _BY_PATH]


@cache
def purpose_of(path: str) -> Purpose:
    """The purpose of the file at a path relative to the root."""
    found = (purpose for purpose, pattern in _COMPILED if pattern.search(path))
    return next(found, Purpose.SERVICE)


def serves_users(path: str) -> bool:
    """Whether the file is part of what users depend on."""
    return purpose_of(path) is Purpose.SERVICE


_TRANSLATION = re.compile(r"(^|/)(i18n|l10n|locales?|translations?|lang|languages)/", re.IGNORECASE)


@cache
def is_translation(path: str) -> bool:
    """Whether the path says that the file holds words for people, by the names of what they say."""
    return bool(_TRANSLATION.search(path))


_ENVIRONMENT = r"prod(uction)?|prd|staging|stage|stg|uat|qa|pre-?prod|live"
_OF_ONE_ENVIRONMENT = re.compile(
    r"(^|/)(overlays|envs?|environments|clusters|live|stacks|accounts|regions|tenants|values)/"
    rf"|(^|[/._-])({_ENVIRONMENT})([/._-]|$)|\.tfvars(\.json)?$",
    re.IGNORECASE,
)


@cache
def is_of_one_environment(path: str) -> bool:
    """Whether the path says that the file holds the values of one environment."""
    return bool(_OF_ONE_ENVIRONMENT.search(path))
