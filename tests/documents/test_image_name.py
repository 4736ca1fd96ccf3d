"""Names of container images."""

import pytest

from opsready.documents.image_name import ImageName


@pytest.mark.parametrize(
    ("text", "repository", "tag", "digest"),
    [
        ("python", "python", "", ""),
        ("python:3.12-slim", "python", "3.12-slim", ""),
        ("reg.example.com:5000/a/b", "reg.example.com:5000/a/b", "", ""),
        ("reg.example.com:5000/a/b:1", "reg.example.com:5000/a/b", "1", ""),
        ("a/b:1@sha256:ff", "a/b", "1", "sha256:ff"),
        ("a/${IMAGE:-b}", "a/${IMAGE:-b}", "", ""),
    ],
)
def test_the_parts_of_a_name(text: str, repository: str, tag: str, digest: str) -> None:
    image = ImageName.parse(text)
    assert (image.repository, image.tag, image.digest) == (repository, tag, digest)


@pytest.mark.parametrize("text", ["python", "python:3.12-slim", "r:5000/a:1", "a@sha256:ff"])
def test_a_name_is_written_as_it_was_read(text: str) -> None:
    assert str(ImageName.parse(text)) == text


@pytest.mark.parametrize(
    ("text", "moves"),
    [
        ("python", True),
        ("python:latest", True),
        ("shop/orders:main", True),
        ("python:3.12", False),
        ("python:latest@sha256:ff", False),
        ("shop/orders:$TAG", False),
        ("$IMAGE", False),
    ],
)
def test_which_names_mean_another_image_tomorrow(text: str, moves: bool) -> None:
    assert ImageName.parse(text).moves is moves


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("postgres:17", "postgresql"),
        ("docker.io/bitnami/postgresql:16", "postgresql"),
        ("valkey/valkey:8", "redis"),
        ("confluentinc/cp-kafka", "kafka"),
        ("shop/orders:1", None),
        ("postgres-exporter:1", None),
    ],
)
def test_the_store_that_an_image_runs(text: str, kind: str | None) -> None:
    assert ImageName.parse(text).service_kind == kind
