"""The rules of a pack as they are evaluated."""

from opsready.alerting.groups import RuleGroup
from opsready.documents.document import Unparsable
from opsready.documents.rule_groups import rule_groups
from opsready.documents.rules import RuleFile
from opsready.hats.pack import Pack
from opsready.rehearsal.proof import Disproven


def groups_in(pack: Pack) -> tuple[RuleGroup, ...]:
    """The groups of all rule files. Raises `Disproven` for one that Prometheus would refuse."""
    files = pack.documents(RuleFile)
    try:
        return tuple(group for file in files for group in rule_groups(file))
    except Unparsable as error:
        raise Disproven(f"no Prometheus loads the rules: {error}") from None
