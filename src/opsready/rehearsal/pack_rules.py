"""The rules of a pack as they are evaluated."""

from opsready.alerting.groups import RuleGroup
from opsready.documents.rule_groups import rule_groups
from opsready.documents.rules import RuleFile
from opsready.hats.pack import Pack


def groups_in(pack: Pack) -> tuple[RuleGroup, ...]:
    """The groups of all rule files. Raises `Unparsable` for one that Prometheus would refuse."""
    files = pack.documents(RuleFile)
    return tuple(group for file in files for group in rule_groups(file))
