"""Speaks like Terraform for one ECS service, in a tenth of the time: plans, applies exactly the
plan that was saved, refuses a stale one. For tests of what a pipeline does with it; the real one
is tried once, on the same scripts."""

import json
import os
import re
import sys
from pathlib import Path

from botocore.session import Session


def main(arguments):
    words = [a for a in arguments if not a.startswith("-")]
    options = [a for a in arguments if a.startswith("-")]
    root = Path(next((o.split("=", 1)[1] for o in options if o.startswith("-chdir")), "."))
    os.chdir(root)
    if words[0] == "version":
        print("Terraform v1.11.4")
    elif words[0] == "plan":
        save(value(options, "-out"), planned(options))
    elif words[0] == "show":
        print(Path(words[1]).read_text())
    elif words[0] == "apply":
        return apply(json.loads(Path(words[1]).read_text()) if words[1:] else planned(options))
    elif words[0] == "output":
        print(json.dumps(state()["outputs"]))
    return 0


def value(options, name):
    return next(o.split("=", 1)[1] for o in options if o.startswith(name + "="))


def state():
    path = Path(".state.json")
    return json.loads(path.read_text()) if path.is_file() else {"serial": 0, "outputs": {}}


def save(path, thing):
    Path(path).write_text(json.dumps(thing))


def planned(options):
    variables = {}
    for option in options:
        if option.startswith("-var-file="):
            text = Path(option.split("=", 1)[1]).read_text()
            variables |= json.loads(text) if option.endswith(".json") else settings(text)
    release = {k: variables[k] for k in ("image", "configuration", "secret_versions")}
    data = json.loads(client("ssm").get_parameter(Name="/shop/staging/data")["Parameter"]["Value"])
    network = {
        "subnets": data["private_subnet_ids"],
        "securityGroups": [data["client_security_group_id"]],
    }
    outputs = {
        "release": json.dumps(release, sort_keys=True),
        "migration": json.dumps(definition(release, data, "migration")),
        "network": json.dumps({"awsvpcConfiguration": network}),
        "cluster": "shop",
        "service": "shop",
        "readiness_path": "/ready",
        "url": "http://none",
        "load_balancer": "app/none/0",
        "target_group": "targetgroup/shop/0",
    }
    before = state()
    return {
        "serial": before["serial"],
        "vpc": data["vpc_id"],
        "definition": definition(release, data, "shop"),
        "output_changes": {"service": {"actions": ["no-op" if before["serial"] else "create"]}},
        "planned_values": {"outputs": {name: {"value": text} for name, text in outputs.items()}},
    }


def settings(text):
    block = re.search(r"configuration = \{(.*?)\}", text, re.S)[1]
    return {"configuration": dict(re.findall(r'(\w+)\s*=\s*"(.*?)"', block))}


def definition(release, data, name):
    container = {
        "name": name,
        "image": release["image"],
        "environment": [
            {"name": n, "value": v} for n, v in sorted(release["configuration"].items())
        ],
        "secrets": [
            {"name": n, "valueFrom": f"{data['secret_arns'][n]}:::{v}"}
            for n, v in release["secret_versions"].items()
        ],
        "command": ["python3", "migrate.py"] if name == "migration" else [],
    }
    return {
        "family": name,
        "networkMode": "awsvpc",
        "cpu": "256",
        "memory": "512",
        "containerDefinitions": [container],
    }


def apply(plan):
    before = state()
    if plan["serial"] != before["serial"]:
        print("Error: Saved plan is stale", file=sys.stderr)
        return 1
    ecs = client("ecs")
    made = ecs.register_task_definition(**plan["definition"])
    arn = made["taskDefinition"]["taskDefinitionArn"]
    if before["serial"]:
        ecs.update_service(cluster="shop", service="shop", taskDefinition=arn)
    else:
        create(ecs, arn, plan["vpc"])
    outputs = {**plan["planned_values"]["outputs"], "task_definition_arn": {"value": arn}}
    save(".state.json", {"serial": before["serial"] + 1, "outputs": outputs})
    return 0


def create(ecs, arn, vpc):
    group = client("elbv2").create_target_group(
        Name="shop",
        Protocol="HTTP",
        Port=80,
        VpcId=vpc,
        HealthCheckPath="/ready",
        HealthyThresholdCount=2,
    )["TargetGroups"][0]["TargetGroupArn"]
    ecs.create_cluster(clusterName="shop")
    ecs.create_service(
        cluster="shop",
        serviceName="shop",
        taskDefinition=arn,
        desiredCount=1,
        deploymentConfiguration={"deploymentCircuitBreaker": {"enable": True, "rollback": True}},
        loadBalancers=[{"targetGroupArn": group, "containerName": "shop", "containerPort": 80}],
    )


def client(name):
    return Session().create_client(name, region_name=os.environ["AWS_REGION"])


sys.exit(main(sys.argv[1:]))
