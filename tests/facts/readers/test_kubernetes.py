"""What manifests say of workloads."""

from opsready.facts.fact import Claim
from opsready.facts.readers.kubernetes import READER
from tests.build import make_bundle

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: orders}
spec:
  template:
    spec:
      securityContext: {runAsUser: 1000}
      containers:
        - name: api
          image: shop/orders:1
          args: [gunicorn, -w, "3", "shop:app"]
          ports: [{containerPort: 8000}, {containerPort: 53, protocol: UDP}]
          readinessProbe: {httpGet: {path: /readyz, port: 8000}}
          livenessProbe: {tcpSocket: {port: 8000}}
"""


def facts(text: str) -> list[tuple[str, object, int]]:
    return [(f.claim, f.value, f.line) for f in READER.read(make_bundle({"k8s/a.yaml": text}))]


def test_what_a_workload_says() -> None:
    command = {"command": "gunicorn -w 3 shop:app", "container": "api"}
    assert facts(DEPLOYMENT) == [
        (Claim.DEPLOYS_WITH, {"tool": "kubernetes"}, 1),
        (Claim.PORT, 8000, 12),
        (Claim.START_COMMAND, command, 9),
        (Claim.WORKERS, {"count": 3}, 9),
        (Claim.CONTAINER_USER, "1000", 7),
        (Claim.HEALTH_ROUTE, {"path": "/readyz", "covers": None, "role": "readiness"}, 13),
    ]


def test_a_store_in_the_cluster_is_a_dependency_and_its_port_is_not_ours() -> None:
    text = DEPLOYMENT.replace("shop/orders:1", "redis:7").replace("orders", "cart")
    assert facts(text)[1:] == [
        (Claim.DEPENDENCY, {"kind": "redis", "name": "cart", "client": None}, 10)
    ]


def test_a_template_says_nothing_and_breaks_nothing() -> None:
    text = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: {{ .Values.name }}}\n"
    bundle = make_bundle({"chart/orders.yaml": text})
    assert list(READER.read(bundle)) == []
    assert bundle.unparsable() == []
