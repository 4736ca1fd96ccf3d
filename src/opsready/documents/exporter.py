"""Whose a metric is, told by its name: the exporters and servers that many trees scrape.

Where a metric comes from neither the service nor one of these, nobody here can say that it exists.
"""

import re

OF_THE_SERVICE = "any client library"
"""Who exports what a library in the service's own process measures of that process."""

# First words of the names that each exports, by its own documentation.
_PREFIXES = {
    "Prometheus itself": "prometheus alertmanager scrape net_conntrack promhttp",
    OF_THE_SERVICE: "process python go jvm nodejs dotnet ruby",
    "the node exporter": "node",
    "cAdvisor and the kubelet": "container machine kubelet kubeproxy",
    "Kubernetes": "kube apiserver etcd coredns scheduler workqueue rest_client storage_operation "
    "kubernetes grpc_server authentication",
    "the blackbox exporter": "probe",
    "the PostgreSQL exporter": "pg pgbouncer",
    "the MySQL exporter": "mysql mysqld",
    "the Redis exporter": "redis",
    "the memcached exporter": "memcached",
    "the MongoDB exporter": "mongodb mongod mongos",
    "RabbitMQ": "rabbitmq erlang",
    "the Kafka exporter": "kafka kminion burrow",
    "the Elasticsearch exporter": "elasticsearch opensearch",
    "the proxy in front": "nginx haproxy traefik envoy istio caddy kong apache",
    "CloudWatch's exporter": "aws cloudwatch",
    "Google's exporter": "stackdriver",
    "the collector of OpenTelemetry": "otelcol",
    "a push gateway": "pushgateway push",
    "the statsd exporter": "statsd",
    "Grafana's servers": "grafana loki tempo mimir cortex thanos",
    "Windows": "windows wmi",
    "SNMP": "snmp ifHC ifIn ifOut ifOper ifAdmin sysUpTime",
    "Ceph": "ceph",
    "Vault and Consul": "vault consul nomad",
    "Celery's exporters": "celery flower",
    "cert-manager": "certmanager",
    "SLO generators": "slo sloth pyrra",
}
_BY_WORD = {word: owner for owner, words in _PREFIXES.items() for word in words.split()}
_BY_PROMETHEUS = re.compile(r"^(up|ALERTS|ALERTS_FOR_STATE|absent|scrape_\w+)$")


def exporter_of(metric: str) -> str | None:
    """Who is known to export a metric of this name."""
    if _BY_PROMETHEUS.match(metric):
        return "Prometheus itself"
    word = re.split(r"[_:]", metric, maxsplit=1)[0]
    two = "_".join(metric.split("_")[:2])
    return _BY_WORD.get(two) or _BY_WORD.get(word)
