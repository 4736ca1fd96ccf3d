"""A service that breaks every mandate of the Ops Engineer, and its twin that breaks none."""

import pytest

from opsready.review.catalog import CHECKS
from opsready.review.check import NotRun
from opsready.review.finding import Severity
from tests.build import make_case

OPS = [check for check in CHECKS if check.mandate.startswith("OPS-")]

PLANTED = {
    ".github/workflows/deploy.yml": """\
name: deploy
on:
  push:
    branches: [main]
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: |
          cd infra
          terraform init
          terraform apply -auto-approve
      - name: restart
        run: |
          ssh ubuntu@prod-1.shop.example.com docker rm -f orders
          ssh ubuntu@prod-1.shop.example.com "docker pull orders:latest; docker run -d orders"
""",
    "Dockerfile": """\
FROM python:latest
ENV JWT_SECRET=0a9b8c7d6e5f4a3b2c1d
COPY app /app
RUN pip install fastapi uvicorn boto3
EXPOSE 8000
CMD uvicorn app.main:app --host 0.0.0.0 --port 8000
""",
    "README.md": """\
# Orders

Takes orders.

## Run it locally

```sh
docker run -p 8000:8000 orders
```

## Deploy

Log in to the server and do:

```sh
ssh ubuntu@prod-1.shop.example.com
docker pull 123456789012.dkr.ecr.eu-west-1.amazonaws.com/orders:latest
docker rm -f orders
docker run -d --name orders -p 80:8000 123456789012.dkr.ecr.eu-west-1.amazonaws.com/orders:latest
kubectl apply -f k8s/
```

Then open the AWS console and click *Reboot* on the load balancer.
""",
    "app/main.py": """\
import os
import subprocess

import boto3
from fastapi import FastAPI

STRIPE_API_KEY = "prod-9f8e7d6c5b4a3f2e1d0c"
ENV = os.environ.get("ENV", "production")
app = FastAPI()

if ENV == "production":
    DB_HOST = "orders-db.prod.shop.internal"
else:
    DB_HOST = "localhost"


@app.post("/tenants/{name}")
def create_tenant(name: str):
    sqs = boto3.client("sqs", region_name="eu-west-1")
    sqs.create_queue(QueueName=name)
    subprocess.run(["kubectl", "apply", "-f", f"tenants/{name}.yaml"], check=True)
    subprocess.run("terraform apply -auto-approve", shell=True)
    return {"ok": True}


@app.get("/orders")
def orders():
    return []
""",
    "infra/main.tf": """\
provider "aws" {
  region = "eu-west-1"
}

resource "aws_db_instance" "orders" {
  identifier = "orders"
  engine     = "postgres"
  username   = "orders"
  password   = "Tr0ub4dor&3-prod"
}

resource "aws_ecs_service" "orders" {
  name            = "orders"
  cluster         = "arn:aws:ecs:eu-west-1:123456789012:cluster/prod"
  task_definition = "orders"
  desired_count   = 2
}
""",
    "k8s/deployment.yaml": """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: orders
spec:
  replicas: 2
  strategy:
    type: Recreate
  selector:
    matchLabels: {app: orders}
  template:
    metadata:
      labels: {app: orders}
    spec:
      containers:
        - name: orders
          image: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/orders:latest
          ports:
            - containerPort: 8000
          env:
            - name: DB_PASSWORD
              value: Tr0ub4dor&3-prod
            - name: DB_HOST
              value: orders-db.prod.shop.internal
""",
}

CLEAN = {
    ".env.example": """\
STRIPE_API_KEY=
DB_PASSWORD=changeme
""",
    ".github/workflows/ci.yml": """\
name: ci
on: [pull_request]
jobs:
  test:
    runs-on: ubuntu-latest
    env:
      DB_PASSWORD: just-for-this-job-1
    services:
      postgres:
        image: postgres:17
        env:
          POSTGRES_PASSWORD: just-for-this-job-1
    steps:
      - uses: actions/checkout@v4
      - run: docker build .
      - run: terraform -chdir=infra init -backend=false && terraform -chdir=infra validate
      - run: kubeconform k8s/
""",
    ".github/workflows/deploy.yml": """\
name: deploy
on:
  push:
    branches: [main]
concurrency:
  group: deploy-production
  cancel-in-progress: false
jobs:
  plan:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: ./deploy/pipeline/plan
  deploy:
    needs: plan
    runs-on: ubuntu-latest
    environment: production
    timeout-minutes: 30
    steps:
      - uses: actions/checkout@v4
      - run: ./deploy/pipeline/apply
      - run: ./deploy/pipeline/verify
  rollback:
    needs: deploy
    if: failure()
    runs-on: ubuntu-latest
    environment: production
    timeout-minutes: 30
    steps:
      - uses: actions/checkout@v4
      - run: ./deploy/pipeline/rollback
      - run: ./deploy/pipeline/verify
""",
    "Dockerfile": """\
FROM python:3.12.11-slim
COPY app /app
RUN pip install fastapi uvicorn boto3
USER 1000
EXPOSE 8000
HEALTHCHECK --timeout=5s CMD ["python", "-m", "app.health"]
CMD ["uvicorn", "app.main:app", "--host", "0.0.0.0", "--port", "8000"]
""",
    "README.md": """\
# Orders

Takes orders.

## Run it locally

```sh
docker compose up
```

## Deploy

A merge to `main` builds the image, plans, waits for an approval in the `production` environment and
applies. The page of the run shows how it goes; a failed release is taken back by itself.
""",
    "app/main.py": """\
import os

import boto3
import psycopg
from fastapi import FastAPI

STRIPE_API_KEY = os.environ["STRIPE_API_KEY"]
DB_HOST = os.environ["DB_HOST"]
app = FastAPI()


@app.post("/tenants/{name}")
def create_tenant(name: str):
    boto3.client("sqs").send_message(QueueUrl=os.environ["TENANTS_QUEUE"], MessageBody=name)
    return {"ok": True}


@app.get("/readyz")
def ready():
    password = os.environ["DB_PASSWORD"]
    with psycopg.connect(host=DB_HOST, password=password, connect_timeout=1) as database:
        database.execute("SELECT 1")
    return {"ok": True}


@app.get("/healthz")
def alive():
    return {"ok": True}
""",
    "compose.yaml": """\
services:
  orders:
    build: .
    command: uvicorn app.main:app --reload
    volumes: ["./app:/app"]
    ports: ["8000:8000"]
    environment:
      DB_PASSWORD: postgres
  postgres:
    image: postgres:17
    environment:
      POSTGRES_PASSWORD: postgres
""",
    "deploy/pipeline/apply": """\
#!/bin/sh
set -eu
terraform -chdir=infra apply plan.tfplan
kubectl apply -k "k8s/overlays/$ENVIRONMENT"
""",
    "deploy/pipeline/plan": """\
#!/bin/sh
set -eu
terraform -chdir=infra plan -out=plan.tfplan -var-file="envs/$ENVIRONMENT.tfvars"
""",
    "deploy/pipeline/rollback": """\
#!/bin/sh
set -eu
kubectl rollout undo deployment/orders
""",
    "deploy/pipeline/verify": """\
#!/bin/sh
set -eu
kubectl rollout status deployment/orders --timeout=120s
curl --fail --max-time 5 --retry 5 "https://$HOST/readyz"
""",
    "infra/envs/production.tfvars": """\
region      = "eu-west-1"
cluster_arn = "arn:aws:ecs:eu-west-1:123456789012:cluster/prod"
""",
    "infra/main.tf": """\
variable "region" {
  type = string
}

variable "cluster_arn" {
  type = string
}

provider "aws" {
  region = var.region
}

resource "aws_db_instance" "orders" {
  identifier                  = "orders"
  engine                      = "postgres"
  username                    = "orders"
  manage_master_user_password = true
  deletion_protection         = true
}

resource "aws_ecs_service" "orders" {
  name            = "orders"
  cluster         = var.cluster_arn
  task_definition = "orders"
  desired_count   = 2

  wait_for_steady_state = true

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }
}
""",
    "k8s/base/deployment.yaml": """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: orders
spec:
  replicas: 2
  strategy:
    type: RollingUpdate
    rollingUpdate: {maxUnavailable: 0}
  selector:
    matchLabels: {app: orders}
  template:
    metadata:
      labels: {app: orders}
    spec:
      containers:
        - name: orders
          image: registry.example.com/orders:1.4.2
          ports:
            - containerPort: 8000
          readinessProbe:
            httpGet: {path: /readyz, port: 8000}
            timeoutSeconds: 5
          livenessProbe:
            httpGet: {path: /healthz, port: 8000}
          resources:
            requests: {cpu: 250m, memory: 256Mi}
            limits: {memory: 256Mi}
          securityContext:
            readOnlyRootFilesystem: true
          env:
            - name: DB_PASSWORD
              valueFrom:
                secretKeyRef: {name: orders, key: db-password}
            - name: STRIPE_API_KEY
              valueFrom:
                secretKeyRef: {name: orders, key: stripe-api-key}
""",
    "k8s/overlays/production/config.yaml": """\
apiVersion: v1
kind: ConfigMap
metadata: {name: orders}
data:
  DB_HOST: orders-db.prod.shop.internal
  TENANTS_QUEUE: tenants
""",
}


def found(files: dict[str, str]) -> dict[str, list[str]]:
    """The findings of every check of the Ops Engineer, by mandate."""
    case = make_case(files)
    by_mandate: dict[str, list[str]] = {}
    for check in OPS:
        try:
            findings = list(check.find(case))
        except NotRun:
            continue
        said = [f"{check.severity} {check.id} {f.path}:{f.line}" for f in findings]
        by_mandate.setdefault(check.mandate, []).extend(said)
    return by_mandate


@pytest.mark.parametrize("mandate", [f"OPS-{number}" for number in range(1, 7)])
def test_every_mandate_that_is_broken_has_a_blocker(mandate: str) -> None:
    assert any(said.startswith(Severity.BLOCKER) for said in found(PLANTED)[mandate])


def test_all_four_kinds_of_planted_secrets_are_found() -> None:
    secrets = [said for said in found(PLANTED)["OPS-2"] if " secret-in-file " in said]
    assert [said.split()[-1] for said in secrets] == [
        "k8s/deployment.yaml:22",
        "infra/main.tf:9",
        "Dockerfile:2",
        "app/main.py:7",
    ]


def test_the_twin_breaks_none() -> None:
    assert [said for findings in found(CLEAN).values() for said in findings] == []
