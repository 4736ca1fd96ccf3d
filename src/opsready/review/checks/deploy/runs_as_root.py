"""A service whose processes run as root in their container."""

import re
from collections.abc import Iterator

from opsready.documents.dockerfile import Dockerfile
from opsready.documents.kubernetes import Container, Manifest, Workload
from opsready.documents.terraform_tree import Terraform
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.kinds import Kind
from opsready.sources.purpose import serves_users

# Official images whose user is root unless one is named (their Dockerfiles on Docker Hub).
_ROOT_IMAGES = re.compile(
    r"^(docker\.io/)?(library/)?(python|node|golang|ruby|openjdk|eclipse-temurin|php|rust|debian"
    r"|ubuntu|alpine|buildpack-deps|fedora|rockylinux|almalinux|amazonlinux|pypy)$"
    r"|ghcr\.io/astral-sh/uv$|tiangolo/uvicorn-gunicorn"
)
_SERVER = re.compile(r"gunicorn|uvicorn|hypercorn|daphne|granian|waitress|uwsgi|celery|\bserver?\b")
# What starts as root to prepare, and hands on to another user.
_STEPS_DOWN = re.compile(
    r"\b(gosu|su-exec|setpriv|runuser|s6-setuidgid|chpst|setuidgid|setuser|su -|su \w|sudo -\w*u"
    r"|chroot --userspec)|USERMOD|supervisord|PUID"
)
_WHY = (
    "whoever breaks out of the program is root there, and one fault of the kernel away from the"
    " machine"
)
_REMEDY = (
    "Create a user in the image and name it by number (`USER 10001`); in Kubernetes also set"
    " `runAsNonRoot: true`. What must be written lies on a volume that belongs to it."
)


def find(case: Case) -> Iterator[Finding]:
    """Images that start something, then pods and tasks that are told to be root."""
    covered = _set_elsewhere(case)
    for image in case.pack.documents(Dockerfile):
        if serves_users(image.path) and not covered:
            yield from _image(image, case)
    for manifest in case.pack.documents(Manifest):
        for workload in manifest.workloads if serves_users(manifest.path) else ():
            for container in workload.main_containers if workload.serves else ():
                yield from _pod(workload, container)
    terraform = case.pack.bundle.assembled(Terraform)
    for task in terraform.resources("aws_ecs_task_definition"):
        for known in terraform.containers(task) if serves_users(task.path) else ():
            user = known.value.string("user") or ""
            # One that ends before the others makes folders for them, and is asked by nobody.
            essential = known.value.get("essential")
            ends = essential is not None and essential.value is False
            if user.partition(":")[0] in {"root", "0"} and not ends:
                name = known.value.string("name") or "?"
                yield _finding(known.path, known.line, f"container `{name}` is told to run as root")


def _set_elsewhere(case: Case) -> bool:
    """Whether what runs the image names a user, so that the image's own does not count."""
    workloads = [w for m in case.pack.documents(Manifest) for w in m.workloads if w.serves]
    users = [w.user_of(c) for w in workloads for c in w.main_containers]
    return any(user is not None and user.text != "0" for user in users)


def _image(image: Dockerfile, case: Case) -> Iterator[Finding]:
    start, user = image.last("CMD") or image.last("ENTRYPOINT"), image.last("USER")
    if start is None or not _serves(image) or _steps_down(image, case):
        return
    named = image.filled(user.value).strip().partition(":")[0] if user is not None else ""
    if named in {"root", "0"} and user is not None:
        yield _finding(image.path, user.line, "the last `USER` of the image is root")
    elif user is None and _ROOT_IMAGES.search(image.lineage[-1].image.repository):
        base = image.lineage[-1].image
        yield _finding(image.path, start.line, f"no `USER` is set, and `{base}` runs as root")


def _serves(image: Dockerfile) -> bool:
    """A tool that is run once, such as one that sets permissions, may need to be root."""
    started = " ".join(each.command for each in image.all("CMD", "ENTRYPOINT"))
    return bool(image.all("EXPOSE") or image.health_check or _SERVER.search(started))


def _steps_down(image: Dockerfile, case: Case) -> bool:
    """Whether a tool for that is in the image, or in a script by which it starts."""
    own = " ".join(each.value for each in image.all("RUN", "CMD", "ENTRYPOINT", "COPY", "ENV"))
    if _STEPS_DOWN.search(own):
        return True
    started = " ".join(each.command for each in image.all("CMD", "ENTRYPOINT"))
    scripts = (s for s in case.pack.of_kind(Kind.SHELL) if s.path.rpartition("/")[2] in started)
    return any(_STEPS_DOWN.search(script.text) for script in scripts)


def _pod(workload: Workload, container: Container) -> Iterator[Finding]:
    user = workload.user_of(container)
    if user is not None and user.text == "0":
        what = f"`runAsUser: 0` of container `{container.name}`"
        yield _finding(workload.path, user.line, what)


def _finding(path: str, line: int, what: str) -> Finding:
    return Finding(path, line, f"{what}: {_WHY}", _REMEDY)


CHECK = Check(
    id="runs-as-root",
    mandate="OPS-5",
    severity=Severity.WARNING,
    title="a service that runs as root",
    find=find,
)
