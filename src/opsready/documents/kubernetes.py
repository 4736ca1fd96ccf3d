"""Kubernetes: the objects of a manifest, and the pods of its workloads.

Templates of Helm and the like (`{{ … }}`) are no YAML before they are rendered: such a file is
known as a template and gives no objects.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar, Self

from opsready.documents.document import Unparsable
from opsready.documents.image_name import ImageName
from opsready.documents.variable import Variable
from opsready.documents.yaml_tree import Yaml, parse_yaml_documents

_TEMPLATE = re.compile(r"^\s*(-\s+|[\w./-]+:\s*)?\{\{-?\s*[^}\n]*\}\}|\{\{-?\s*(\.|include|if|end)")
# Where a pod's template lies, by the kind of the object.
_POD_PATHS: dict[str, tuple[str, ...]] = {
    "Pod": (),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
}
_TEMPLATED_KINDS = {
    "Deployment",
    "StatefulSet",
    "DaemonSet",
    "ReplicaSet",
    "Job",
    "Rollout",
}
# Kinds whose pods are meant to serve until they are replaced.
SERVING_KINDS = {"Deployment", "StatefulSet", "DaemonSet", "Rollout", "ReplicaSet"}


@dataclass(frozen=True)
class Probe:
    """A probe of the kubelet. Times are in seconds, with Kubernetes' defaults filled in.

    `how` is http, tcp, exec or grpc; `port` is a number or a name as written.
    """

    role: str
    how: str
    path: str
    port: str
    command: str
    period_s: float
    timeout_s: float
    failure_threshold: int
    line: int

    @property
    def asks(self) -> tuple[str, str, str, str]:
        """What it looks at, its times aside."""
        return self.how, self.path, self.port, self.command


@dataclass(frozen=True)
class ContainerPort:
    """A port that a container declares; `name` may be empty."""

    number: int
    name: str
    protocol: str
    line: int


@dataclass(frozen=True)
class Container:
    """One container of a pod; `is_initial` for those that run before the others."""

    name: str
    line: int
    node: Yaml
    is_initial: bool

    @property
    def image(self) -> ImageName | None:
        """The image, where one is named."""
        text = self.node.string("image")
        return ImageName.parse(text) if text else None

    @property
    def image_line(self) -> int:
        """The line of the image's name."""
        node = self.node.get("image")
        return node.line if node is not None else self.line

    @property
    def command(self) -> str:
        """`command` and `args` as one line; empty where the image's own is used."""
        words = [*self.node.elements("command"), *self.node.elements("args")]
        return " ".join(word.text for word in words)

    @cached_property
    def ports(self) -> tuple[ContainerPort, ...]:
        """The TCP and other ports that it declares."""
        return tuple(
            ContainerPort(
                int(number), port.string("name") or "", port.string("protocol") or "TCP", port.line
            )
            for port in self.node.elements("ports")
            if (number := port.string("containerPort") or "").isdigit()
        )

    @cached_property
    def variables(self) -> tuple[Variable, ...]:
        """The variables set one by one; `envFrom` names none."""
        return tuple(_variables(self.node))

    def probe(self, role: str) -> Probe | None:
        """The `readiness`, `liveness` or `startup` probe."""
        node = self.node.get(f"{role}Probe")
        if node is None or not node.is_mapping:
            return None
        return _probe(role, node, self.node.key_line(f"{role}Probe"))


@dataclass(frozen=True)
class Workload:
    """Something that runs pods. `pod` is the pod's spec."""

    kind: str
    name: str
    line: int
    path: str
    node: Yaml
    pod: Yaml
    labels: dict[str, str]
    containers: tuple[Container, ...]

    @property
    def serves(self) -> bool:
        """Whether its pods are meant to stay up: no job, no bare pod."""
        return self.kind in SERVING_KINDS

    @property
    def main_containers(self) -> list[Container]:
        """The containers that run side by side, those before them left out."""
        return [container for container in self.containers if not container.is_initial]

    def user_of(self, container: Container) -> Yaml | None:
        """The `runAsUser` that holds for a container: its own before the pod's."""
        own = container.node.get("securityContext", "runAsUser")
        return own if own is not None else self.pod.get("securityContext", "runAsUser")

    @property
    def claims_volume(self) -> bool:
        """Whether it mounts a claimed volume, which one pod at a time may hold."""
        volumes = self.pod.elements("volumes")
        return any(volume.get("persistentVolumeClaim") is not None for volume in volumes)


@dataclass(frozen=True)
class KubernetesObject:
    """One object: its kind, its name, and all that is said of it."""

    kind: str
    name: str
    line: int
    path: str
    node: Yaml


@dataclass(frozen=True)
class Manifest:
    """The objects of one file. `is_template` means that they are known only once rendered."""

    NOUN: ClassVar[str] = "kubernetes"

    path: str
    objects: tuple[KubernetesObject, ...]
    is_template: bool = False

    @classmethod
    def parse(cls, path: str, text: str) -> Self:
        """Read every document. Raises `Unparsable` for what is neither YAML nor a template."""
        if "{{" in text and any(_TEMPLATE.search(line) for line in text.split("\n")):
            return cls(path, (), is_template=True)
        trees = parse_yaml_documents(path, text)
        if not any(tree.is_mapping for tree in trees):
            raise Unparsable(path, 1, "is not a manifest: it holds no mapping")
        return cls(path, tuple(each for tree in trees for each in _objects(path, tree)))

    def of_kind(self, *kinds: str) -> list[KubernetesObject]:
        """The objects of these kinds."""
        return [each for each in self.objects if each.kind in kinds]

    @cached_property
    def workloads(self) -> tuple[Workload, ...]:
        """The objects that run pods."""
        return tuple(each for known in self.objects if (each := _workload(known)) is not None)

    @property
    def settings(self) -> list[Variable]:
        """What containers, ConfigMaps and Secrets are given; a Secret's values are decoded."""
        return [
            *(
                replace(variable, owner=f"container {container.name}")
                for workload in self.workloads
                for container in workload.containers
                for variable in container.variables
            ),
            *(
                variable
                for known in self.of_kind("ConfigMap", "Secret")
                for variable in _stored(known)
            ),
            *(variable for k in self.of_kind("Kustomization") for variable in _generated(k)),
        ]


def _stored(known: KubernetesObject) -> Iterator[Variable]:
    owner = f"{known.kind} {known.name}"
    for name, node in known.node.items("data"):
        text = _decoded(node.text) if known.kind == "Secret" else node.text
        yield Variable(name, text, node.line, owner=owner)
    for name, node in known.node.items("stringData"):
        yield Variable(name, node.text, node.line, owner=owner)


def _generated(known: KubernetesObject) -> Iterator[Variable]:
    """What Kustomize makes Secrets of."""
    for generator in known.node.elements("secretGenerator"):
        owner = f"Secret {generator.string('name') or ''}"
        for literal in generator.elements("literals"):
            name, _, value = literal.text.partition("=")
            yield Variable(name, value, literal.line, owner=owner)


def _decoded(text: str) -> str | None:
    """None for what is no text, such as a certificate's bytes, or is sealed."""
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None if text else ""


def _objects(path: str, tree: Yaml) -> Iterator[KubernetesObject]:
    kind = tree.string("kind") or ""
    if kind == "List":
        for each in tree.elements("items"):
            yield from _objects(path, each)
    elif kind:
        name = tree.string("metadata", "name") or tree.string("metadata", "generateName") or ""
        yield KubernetesObject(kind, name, tree.line, path, tree)


def _workload(known: KubernetesObject) -> Workload | None:
    steps = _POD_PATHS.get(known.kind)
    if steps is None and known.kind in _TEMPLATED_KINDS:
        steps = ("spec", "template")
    template = known.node.get(*steps) if steps is not None else None
    pod = template.get("spec") if template is not None else None
    if template is None or pod is None:
        return None
    labels = {name: node.text for name, node in template.items("metadata", "labels")}
    containers = (
        *_containers(pod, "initContainers"),
        *_containers(pod, "containers"),
    )
    return Workload(
        known.kind, known.name, known.line, known.path, known.node, pod, labels, containers
    )


def _containers(pod: Yaml, key: str) -> Iterator[Container]:
    for node in pod.elements(key):
        # An init container that restarts always is a sidecar: it runs beside the others.
        initial = key == "initContainers" and node.string("restartPolicy") != "Always"
        yield Container(node.string("name") or "", node.line, node, initial)


def _variables(container: Yaml) -> Iterator[Variable]:
    for each in container.elements("env"):
        name, value = each.string("name") or "", each.get("value")
        source = each.get("valueFrom")
        if source is None:
            text = value.text if value is not None and value.value is not None else None
            yield Variable(name, text, value.line if value is not None else each.line)
            continue
        key, reference = next(iter(source.items()), ("", source))
        named = "/".join(
            part for part in (reference.string("name"), reference.string("key")) if part
        )
        yield Variable(name, None, each.line, f"{key.removesuffix('KeyRef')}/{named}")


def _probe(role: str, node: Yaml, line: int) -> Probe:
    http, tcp = node.get("httpGet"), node.get("tcpSocket")
    command = " ".join(word.text for word in node.elements("exec", "command"))
    target = http if http is not None else tcp if tcp is not None else node.get("grpc")
    how = "http" if http is not None else "tcp" if tcp is not None else ""
    return Probe(
        role,
        how or ("exec" if command else "grpc"),
        (http.string("path") or "/") if http is not None else "",
        (target.string("port") or "") if target is not None else "",
        command,
        _number(node, "periodSeconds", 10),
        _number(node, "timeoutSeconds", 1),
        int(_number(node, "failureThreshold", 3)),
        line,
    )


def _number(node: Yaml, key: str, default: float) -> float:
    found = node.get(key)
    known = found is not None and isinstance(found.value, int | float)
    return float(found.value) if known and found is not None else default
