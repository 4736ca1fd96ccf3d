"""What one start showed, in a few lines."""

from collections.abc import Mapping, Sized
from typing import Any

from opsready.rehearsal.observe import Observation


def observation_text(observation: Observation) -> str:
    """The first line says whether it started."""
    if observation.why:
        return f"not observed: {observation.why}"
    seen = observation.seen
    lines = [f"started in {seen['startup_s']} s; stored in .opsready/observed.json", ""]
    lines += [f"  {_health(health)}" for health in seen["health"]]
    good = sum(1 for journey in seen["journeys"] if journey.get("as_expected"))
    lines.append(f"  {good} of {len(seen['journeys'])} journeys answered as their scenario says")
    lines.append(
        f"  {_counted(seen['routes'], 'route')} answered, {_counted(seen['metrics'], 'metric')}"
        f" seen, {_counted(seen['variables'], 'variable')} asked for"
    )
    return "\n".join(lines)


def _counted(found: Sized, what: str) -> str:
    return f"{len(found)} {what}{'' if len(found) == 1 else 's'}"


def _health(health: Mapping[str, Any]) -> str:
    return f"{health.get('path')}: {health.get('status')} after {health.get('seconds')} s"
