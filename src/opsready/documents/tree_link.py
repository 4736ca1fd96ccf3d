"""Links to files of the tree, as alerts write them: a path, or the address at a code host."""

import posixpath
import re
from collections.abc import Callable, Iterable

# How code hosts spell "this file of this branch": prefix, then the path in the repository.
_HOSTED = re.compile(
    r"^(?P<prefix>https?://.+?/(?:-/)?(?:blob|tree|src/branch|src|raw|edit)/[^/]+/)(?P<path>[^?#]+)"
)

Holds = Callable[[str], bool]
"""Whether the tree has a file at a path."""


def own_prefixes(links: Iterable[str], holds: Holds) -> frozenset[str]:
    """The parts before the path, of those links that do lead to a file of this tree."""
    hosted = (found for link in links if (found := _HOSTED.match(link)))
    return frozenset(found["prefix"] for found in hosted if holds(found["path"]))


def path_in_tree(link: str, beside: str, own: frozenset[str], page: re.Pattern[str]) -> str | None:
    """Where a link of the file `beside` leads in this tree; None where it leads elsewhere, to
    nothing that is such a page, or is made at run time."""
    target = link.partition("#")[0].partition("?")[0]
    if "{{" in target or "$" in target or not page.search(target):
        return None
    hosted = _HOSTED.match(target)
    if hosted:
        return hosted["path"] if hosted["prefix"] in own else None
    if "://" in target:
        return None
    if target.startswith("."):
        return posixpath.normpath(posixpath.join(posixpath.dirname(beside), target))
    return target.lstrip("/")
