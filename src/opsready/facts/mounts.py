"""Under which paths the parts of an application hang: routers, blueprints, mounted applications."""

from collections import defaultdict
from dataclasses import dataclass, field

from opsready.documents.python_values import Text

# An application mounted in an application in an application; a cycle ends here too.
LEVELS_AT_MOST = 8
# A router that is included more often than this is data of a loop, not a design.
PLACES_AT_MOST = 50

Part = int
"""The identity of the call that made a router or an application."""


@dataclass
class Mounts:
    """Filled while an application is read: `serve` for what is an application of its own, `attach`
    for what hangs below another. `is_open` says that some parts are attached at run time."""

    is_open: bool = False
    _roots: set[Part] = field(default_factory=set)
    _above: dict[Part, list[tuple[Part, Text]]] = field(default_factory=lambda: defaultdict(list))
    _own: dict[Part, Text] = field(default_factory=dict)

    def serve(self, part: Part) -> None:
        """A part that a server runs, unless it turns out to be mounted elsewhere."""
        self._roots.add(part)

    def name(self, part: Part, prefix: Text) -> None:
        """A part's own prefix, wherever it is attached."""
        self._own[part] = prefix

    def attach(self, part: Part, above: Part, prefix: Text) -> None:
        """Hang a part below another, under a prefix."""
        self._above[part].append((above, prefix))

    def __contains__(self, part: Part) -> bool:
        """Whether a call made one of the parts noted so far."""
        return part in self._roots or part in self._own

    @property
    def only_root(self) -> Part | None:
        """The application, where there is but one."""
        roots = [root for root in self._roots if root not in self._above]
        return roots[0] if len(roots) == 1 else None

    def prefixes(self, part: Part, level: int = 0) -> list[Text]:
        """The prefixes under which a part is served: none where nothing attaches it, one that is
        unknown where that may happen at run time."""
        own = self._own.get(part, Text(""))
        if level > LEVELS_AT_MOST:
            return []
        found = [
            above + prefix + own
            for parent, prefix in self._above.get(part, ())
            for above in self.prefixes(parent, level + 1)
        ]
        if found or part in self._above:
            return list(dict.fromkeys(found))[:PLACES_AT_MOST]
        if part in self._roots:
            return [own]
        return [Text() + own] if self.is_open or not self._roots else []
