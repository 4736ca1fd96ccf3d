"""Where a release is tried and built before it is planned: the scripts `test` and `build`, with an
engine and a registry of this machine, beside the release before."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opsready.rehearsal.scripted_pipeline import ScriptStep
from opsready.rehearsal.stage import family
from opsready.rehearsal.stage.base_image import base_of
from opsready.rehearsal.stage.engine import Engine, engine_environment, of_this_machine
from opsready.rehearsal.stage.package_index import (
    index_settings,
    local_folders,
    pip_configuration,
)
from opsready.rehearsal.stage.registry import Registry
from opsready.rehearsal.stage.script_room import Checkout
from opsready.rehearsal.stage.trouble import CannotStage

if TYPE_CHECKING:
    from opsready.rehearsal.stage.process import Process
    from opsready.rehearsal.stage.stage import Stage
    from opsready.rehearsal.stage.terraform import Terraform

_OUT = ".release-built"
_LINES_READ = 60
_LINES_TOLD = 4
_LOOK_S = 0.2
_DOCKERFILE = "Dockerfile"
STAND_IN = "no digest of a registry: what stands for one is made of the commit"


@dataclass
class Built:
    """How it went. `image` is "" where there is none of a registry; `not_tried` says of each step
    why it shows nothing; `fault` is what is the pipeline's own doing; `stopped_at` is how a step
    ended behind which no release comes, where that may be this machine's doing."""

    image: str = ""
    not_tried: dict[str, str] = field(default_factory=dict)
    figures: dict[str, Any] = field(default_factory=dict)
    fault: str = ""
    stopped_at: str = ""


class BuildMachine:
    """Works from when it is made; `built` waits for it. Call `end` in any case."""

    def __init__(
        self,
        stage: "Stage",
        terraform: "Terraform",
        checkout: Checkout,
        steps: Sequence[ScriptStep],
        commit: str,
    ) -> None:
        self.commit = commit
        self._stage = stage
        self._terraform = terraform
        self._checkout = checkout
        self._steps = steps
        self._is_over = False
        self._pool = ThreadPoolExecutor(1)
        self._work = self._pool.submit(self._all)

    def built(self) -> Built:
        """What came of it, once it has ended."""
        return self._work.result()

    def end(self) -> None:
        """Ends what still runs."""
        self._is_over = True
        while not self._work.done():
            family.kill(0, self._checkout.mark)
            wait([self._work], _LOOK_S)
        self._pool.shutdown()

    def _all(self) -> Built:
        built = Built()
        for step in self._steps:
            if self._is_over:
                break
            try:
                {"test": self._test, "build": self._build}[step.name](step, built)
            except CannotStage as why:
                lost = f"; {STAND_IN}" if step.name == "build" else ""
                built.not_tried[step.name] = f"not run: {why}{lost}"
        if not built.image:
            built.not_tried.setdefault("build", f"no step calls it: {STAND_IN}")
        return built

    def _test(self, step: ScriptStep, built: Built) -> None:
        """Its packages come from where this user's do, but with no password of an index."""
        settings = index_settings()
        if any("@" in value for value in settings.values()):
            raise CannotStage("the index of packages asks for a password")
        fetched = " ".join(self._terraform.init_args)
        given = settings | ({"TF_CLI_ARGS_init": fetched} if fetched else {})
        ended = self._checkout.run(step.words, {**given, "OUT": _OUT})
        if ended.exit_code != 0:
            told = f"it ended with {ended.exit_code} on this machine: {self._said(ended)}"
            built.not_tried["test"] = told
            built.stopped_at = f"no release comes past `test`: {told}"
        elif not self._stage.spec.tests.command:
            built.not_tried["test"] = "the spec names no tests of the service: state tests.command"
        built.figures["test"] = f"exit code {ended.exit_code}"

    def _build(self, step: ScriptStep, built: Built) -> None:
        definition = self._checkout.tree / _DOCKERFILE
        if not definition.is_file():
            raise CannotStage(f"there is no {_DOCKERFILE} at the root")
        engine = self._stage.engine()
        with ExitStack() as left:
            registry = left.enter_context(Registry(self._stage))
            repository = f"{registry.address}/{self._stage.spec.service.name}"
            left.callback(engine.remove, f"{repository}:{self.commit}")
            base = base_of(definition.read_text(encoding="utf-8"), engine)
            engines = engine_environment()
            given = {
                **engines,
                "PATH": f"{self._checkout.environment['PATH']}:{engines['PATH']}",
                "ENGINE": engine.name,
                "IMAGE_REPOSITORY": repository,
                "CONTAINERS_REGISTRIES_CONF": str(registry.plain_http),
                "BUILD_ARGS": " ".join(self._options(engine, base.arguments)),
                "OUT": _OUT,
            }
            ended = self._checkout.run(step.words, given)
            image = self._checkout.tree / _OUT / "image"
            if ended.exit_code == 0 and image.is_file():
                built.image = image.read_text(encoding="utf-8").strip()
            built.figures["build"] = f"exit code {ended.exit_code}"
            built.figures["engine"] = f"{engine.name} {engine.version}"
            built.figures["registry"] = registry.version()
            built.figures["base"] = base.to_json()
        if not built.image:
            lines = [self._stage.secrets.hidden_in(n) for n in ended.log.last_lines(_LINES_READ)]
            elsewhere = of_this_machine(lines)
            told = f"`build` ended with {ended.exit_code}: {self._said(ended)}"
            if elsewhere is None and not base.stands_in:
                built.fault = told
            built.not_tried["build"] = f"{elsewhere or told}; {STAND_IN}"

    def _options(self, engine: Engine, arguments: Mapping[str, str]) -> list[str]:
        mounts: dict[Path, str] = {path: str(path) for path in local_folders()}
        configuration = pip_configuration()
        if configuration:
            settings = self._checkout.tree.parent / "pip-of-builds.conf"
            settings.write_text(configuration, encoding="utf-8")
            mounts[settings] = "/etc/pip.conf"
        options = engine.build_options(arguments, mounts)
        if any(" " in option for option in options):
            raise CannotStage("a path of this machine's index of packages has a space")
        return options

    def _said(self, ended: "Process") -> str:
        told = ended.fault or ended.told(_LINES_TOLD) or "it printed nothing"
        return self._stage.secrets.hidden_in(told)
