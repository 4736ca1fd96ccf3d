"""Objects and workloads of manifests."""

import base64

import pytest

from opsready.documents.document import Unparsable
from opsready.documents.kubernetes import Manifest

DEPLOYMENT = """\
apiVersion: v1
kind: Service
metadata: {name: orders}
spec: {selector: {app: orders}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: orders}
spec:
  template:
    metadata: {labels: {app: orders}}
    spec:
      securityContext: {runAsUser: 1000}
      initContainers:
        - {name: migrate, image: "orders:1"}
        - {name: proxy, image: "proxy:1", restartPolicy: Always}
      containers:
        - name: api
          image: registry.example.com:5000/shop/orders:1.4
          command: [gunicorn]
          args: [-w, "4"]
          ports: [{containerPort: 8000, name: http}]
          env:
            - {name: MODE, value: "1"}
            - name: PASSWORD
              valueFrom: {secretKeyRef: {name: orders, key: password}}
          readinessProbe:
            httpGet: {path: /readyz, port: http}
            timeoutSeconds: 3
          livenessProbe:
            exec: {command: [cat, /alive]}
"""


def parse(text: str) -> Manifest:
    return Manifest.parse("k8s/orders.yaml", text)


def test_every_object_of_a_file_with_its_line() -> None:
    found = [(o.kind, o.name, o.line) for o in parse(DEPLOYMENT).objects]
    assert found == [("Service", "orders", 1), ("Deployment", "orders", 6)]


def test_a_workload_and_its_containers() -> None:
    (workload,) = parse(DEPLOYMENT).workloads
    assert [c.name for c in workload.containers] == ["migrate", "proxy", "api"]
    assert [c.name for c in workload.main_containers] == ["proxy", "api"]
    assert workload.labels == {"app": "orders"}
    api = workload.containers[-1]
    assert str(api.image) == "registry.example.com:5000/shop/orders:1.4"
    assert api.command == "gunicorn -w 4"
    assert [(p.number, p.name) for p in api.ports] == [(8000, "http")]
    user = workload.user_of(api)
    assert user is not None
    assert user.value == 1000


def test_probes_have_the_defaults_of_kubernetes() -> None:
    api = parse(DEPLOYMENT).workloads[0].containers[-1]
    ready, live = api.probe("readiness"), api.probe("liveness")
    assert ready is not None
    assert live is not None
    assert (ready.how, ready.path, ready.port) == ("http", "/readyz", "http")
    assert (ready.timeout_s, ready.period_s, ready.failure_threshold) == (3, 10, 3)
    assert (live.how, live.command) == ("exec", "cat /alive")
    assert api.probe("startup") is None


def test_a_variable_says_its_value_or_where_it_is_kept() -> None:
    api = parse(DEPLOYMENT).workloads[0].containers[-1]
    assert [(v.name, v.value, v.reference) for v in api.variables] == [
        ("MODE", "1", ""),
        ("PASSWORD", None, "secret/orders/password"),
    ]


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("Pod", "spec: {containers: [{name: a, image: b}]}"),
        ("Job", "spec: {template: {spec: {containers: [{name: a, image: b}]}}}"),
        (
            "CronJob",
            "spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: a, image: b}]}}}}}",
        ),
        ("StatefulSet", "spec: {template: {spec: {containers: [{name: a, image: b}]}}}"),
    ],
)
def test_where_each_kind_keeps_its_pod(kind: str, path: str) -> None:
    (workload,) = parse(f"apiVersion: v1\nkind: {kind}\n{path}\n").workloads
    assert [c.name for c in workload.containers] == ["a"]
    assert workload.serves is (kind == "StatefulSet")


def test_a_list_gives_its_items() -> None:
    text = "apiVersion: v1\nkind: List\nitems:\n  - {apiVersion: v1, kind: Service}\n"
    assert [o.kind for o in parse(text).objects] == ["Service"]


def test_what_a_secret_holds_is_decoded_and_bytes_are_left_out() -> None:
    word = base64.b64encode(b"hunter2").decode()
    noise = base64.b64encode(b"\xff\xfe").decode()
    text = (
        "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n"
        f"data: {{password: {word}, cert: {noise}}}\nstringData: {{token: plain}}\n"
    )
    found = [(v.name, v.value, v.owner) for v in parse(text).settings]
    assert found == [
        ("password", "hunter2", "Secret s"),
        ("cert", None, "Secret s"),
        ("token", "plain", "Secret s"),
    ]


def test_literals_of_kustomize_become_a_secret() -> None:
    text = (
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
        "secretGenerator:\n  - name: orders\n    literals:\n      - password=hunter2\n"
    )
    found = [(v.name, v.value, v.line, v.owner) for v in parse(text).settings]
    assert found == [("password", "hunter2", 6, "Secret orders")]


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Values.name }}\n",
        "{{- if .Values.on }}\napiVersion: v1\nkind: Service\n{{- end }}\n",
        "apiVersion: v1\nkind: Service\nspec:\n  {{- toYaml .Values.spec | nindent 2 }}\n",
    ],
)
def test_a_template_is_known_as_one_and_is_not_broken(text: str) -> None:
    manifest = parse(text)
    assert manifest.is_template
    assert manifest.workloads == ()


@pytest.mark.parametrize("text", ["a: [", "- 1\n", "just words"])
def test_what_is_no_manifest_is_refused(text: str) -> None:
    with pytest.raises(Unparsable):
        parse(text)
