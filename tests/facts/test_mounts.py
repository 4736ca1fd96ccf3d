"""Prefixes of parts of an application."""

from opsready.documents.python_values import Text
from opsready.facts.mounts import Mounts


def texts(mounts: Mounts, part: int) -> list[str]:
    return [prefix.text for prefix in mounts.prefixes(part)]


def test_prefixes_are_joined_from_the_application_down() -> None:
    mounts = Mounts()
    mounts.serve(1)
    mounts.name(2, Text("/own"))
    mounts.attach(2, 1, Text("/two"))
    mounts.attach(3, 2, Text("/three"))
    assert texts(mounts, 3) == ["/two/own/three"]


def test_a_part_that_is_attached_nowhere_is_not_served_unless_that_may_happen_at_run_time() -> None:
    mounts = Mounts()
    mounts.serve(1)
    mounts.name(2, Text("/own"))
    assert texts(mounts, 2) == []
    mounts.is_open = True
    assert texts(mounts, 2) == ["…/own"]


def test_without_any_application_every_prefix_is_unknown() -> None:
    assert texts(Mounts(), 5) == ["…"]


def test_an_application_that_is_mounted_is_served_there_and_not_by_itself() -> None:
    mounts = Mounts()
    mounts.serve(1)
    mounts.serve(2)
    mounts.attach(2, 1, Text("/sub"))
    assert (texts(mounts, 2), mounts.only_root) == (["/sub"], 1)


def test_parts_that_are_attached_to_each_other_end() -> None:
    mounts = Mounts()
    mounts.serve(1)
    mounts.attach(2, 3, Text("/a"))
    mounts.attach(3, 2, Text("/b"))
    assert texts(mounts, 2) == []
