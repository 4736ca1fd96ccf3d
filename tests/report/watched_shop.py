"""A small service that is watched: objectives, rules, routing, runbooks, and hostile texts."""

SCRIPT = "<script>alert(1)</script>"
SECRET = "tR8vKq2mZx9wLp4n"

RULES = """\
groups:
  - name: shop
    rules:
      - record: slo:error_ratio:rate5m
        labels: {slo: availability}
        expr: sum(rate(shop_requests_total{status=~"5.."}[5m])) / sum(rate(shop_requests_total[5m]))
      - record: slo:error_ratio:rate1h
        labels: {slo: availability}
        expr: sum(rate(shop_requests_total{status=~"5.."}[1h])) / sum(rate(shop_requests_total[1h]))
      - record: slo:error_ratio:rate6h
        labels: {slo: availability}
        expr: sum(rate(shop_requests_total{status=~"5.."}[6h])) / sum(rate(shop_requests_total[6h]))
      - record: slo:error_ratio:rate3d
        labels: {slo: availability}
        expr: sum(rate(shop_requests_total{status=~"5.."}[3d])) / sum(rate(shop_requests_total[3d]))
      - alert: ShopAvailabilityBurnFast
        expr: slo:error_ratio:rate1h > 14.4 * 0.001 and slo:error_ratio:rate5m > 14.4 * 0.001
        labels: {severity: page, service: shop, slo: availability, tier: fast}
        annotations:
          summary: The availability budget of shop burns fast
          runbook_url: docs/operations/runbooks/availability.md
      - alert: ShopAvailabilityBurnSlow
        expr: slo:error_ratio:rate3d > 0.001 and slo:error_ratio:rate6h > 0.001
        labels: {severity: ticket, service: shop, slo: availability, tier: slow}
        annotations:
          summary: The availability budget of shop burns slowly
          runbook_url: https://github.com/acme/shop/blob/main/docs/operations/runbooks/availability.md
      - alert: ShopQuiet
        expr: sum(rate(shop_requests_total[5m])) < 0.1
        for: 10m
        labels: {severity: page, service: shop}
        annotations: {summary: "<script>alert(1)</script> no traffic", runbook_url: docs/gone.md}
"""

ROUTING = """\
route:
  receiver: tickets
  routes:
    - receiver: pager
      matchers: [severity="page"]
receivers:
  - name: pager
    pagerduty_configs: [{routing_key_file: /etc/alertmanager/key}]
  - name: tickets
    webhook_configs: [{url: "http://127.0.0.1:9/"}]
"""

OBJECTIVE = """\
apiVersion: openslo/v1
kind: SLO
metadata: {name: availability}
spec:
  service: shop
  indicator: {metadata: {name: answered}, spec: {}}
  timeWindow: [{duration: 30d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{target: 0.999}]
"""

AVAILABILITY = f"""\
# Availability budget burns

{SCRIPT} is how the page begins. See [restart](restart.md), [the pager](https://pager.example/x) and
![a graph](https://graph.example/a.png).

## Symptom

The pager shows `ShopAvailabilityBurnFast`: more than 1.44 % of requests fail over an hour.

## Diagnosis

1. Which routes fail?

   ```sh
   curl --fail --max-time 5 "$PROMETHEUS/api/v1/query" \\
     --data-urlencode 'query=sum by (route) (rate(shop_requests_total{{status=~"5.."}}[5m]))'
   ```

   Expected when healthy:

   ```text
   {{"status":"success","data":{{"resultType":"vector","result":[]}}}}
   ```

2. Is a release to blame?

   ```console
   $ aws ecs describe-services --cluster "$CLUSTER" --services shop
   "rolloutState": "COMPLETED"
   ```

| answer | go on with |
|---|---|
| one route | its dependency |
| all routes | [restart](restart.md#remedy) |

## Remedy

```sh
export API_TOKEN={SECRET}

deploy/pipeline/rollback production
```

## Escalation

After 15 minutes without recovery, page the second on call.

## Undo

```sh
deploy/pipeline/apply production
```
"""

RESTART = """\
# Restart

## Symptom

One task answers slowly while the others are well.

## Diagnosis

`curl -fsS http://127.0.0.1:8000/readyz` answers 200.

## Remedy

```sh
aws ecs update-service --cluster "$CLUSTER" --service shop --force-new-deployment
```

## Check that it worked

`curl -fsS http://127.0.0.1:8000/readyz` answers 200 within 60 seconds.

## Escalation

After 10 minutes.
"""

FILES = {
    "README.md": "# Shop\n\nSells tea.\n",
    "deploy/prod.env": f"DATABASE_PASSWORD={SECRET}\n",
    "monitoring/prometheus/alerts.rules.yml": RULES,
    "monitoring/alertmanager/alertmanager.yml": ROUTING,
    "monitoring/slo/availability.yaml": OBJECTIVE,
    "docs/operations/runbooks/availability.md": AVAILABILITY,
    "docs/operations/runbooks/restart.md": RESTART,
    "opsready.yaml": (
        "service: {name: shop, description: 'Sells tea <b>and</b> coffee'}\n"
        "slos:\n"
        "  - {name: availability, kind: availability, objective_percent: 99.9, window_days: 30}\n"
    ),
}
