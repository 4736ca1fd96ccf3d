"""What is known of the tools that build, deploy, verify and take back.

Where a tool's own configuration decides whether a release is verified or taken back, its row is
opaque: nothing may be concluded from silence.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class Does(StrEnum):
    """What can be done to a service, or to the files that describe it."""

    DEPLOYS = "deploys"
    VERIFIES = "verifies"
    ROLLS_BACK = "rolls back"
    PLANS = "plans"
    TESTS = "tests"
    MIGRATES = "migrates"


@dataclass(frozen=True)
class Known:
    """A row of a table: the words that follow a program, in this order."""

    words: tuple[str, ...]
    tool: str
    does: frozenset[Does]
    is_opaque: bool = False


_D, _V, _R, _P, _T, _M = Does
_DEPLOYED = frozenset({_D})
_GATED = frozenset({_D, _V, _R})
_CHECKED = frozenset({_D, _V})
_TESTED = frozenset({_T})
_PLANNED = frozenset({_P, _T})
_BACK = frozenset({_R})
_SEEN = frozenset({_V})


@dataclass(frozen=True)
class Action:
    """A row of the table of actions, by a pattern for their names without version."""

    name: re.Pattern[str]
    tool: str
    does: frozenset[Does]
    is_opaque: bool = False


def _rows(text: str) -> dict[str, list[Known]]:
    """`program words | tool | flags` a line; flags as in the names above, `?` for opaque."""
    flags = {
        "": _DEPLOYED,
        "gated": _GATED,
        "checked": _CHECKED,
        "tested": _TESTED,
        "planned": _PLANNED,
        "back": _BACK,
        "seen": _SEEN,
        "?": _DEPLOYED,
    }
    table: dict[str, list[Known]] = {}
    for line in text.strip().splitlines():
        words, tool, flag = (part.strip() for part in line.split("|"))
        program, *rest = words.split()
        known = Known(tuple(rest), tool, flags[flag], flag == "?")
        table.setdefault(program, []).append(known)
    return table


# The first row that fits a command wins.
COMMANDS = _rows("""
    kubectl rollout undo | kubernetes | back
    kubectl rollouts undo | kubernetes | back
    kubectl rollouts abort | kubernetes | back
    kubectl rollout status | kubernetes | seen
    kubectl rollouts status | kubernetes | seen
    kubectl wait | kubernetes | seen
    kubectl apply | kubernetes |
    kubectl replace | kubernetes |
    kubectl patch | kubernetes |
    kubectl set image | kubernetes |
    kubectl set env | kubernetes |
    kubectl rollout restart | kubernetes |
    oc rollout undo | kubernetes | back
    oc rollback | kubernetes | back
    oc rollout status | kubernetes | seen
    oc apply | kubernetes |
    oc rollout latest | kubernetes |
    oc set image | kubernetes |
    kustomize build | kubernetes | tested
    kubeconform | kubernetes | tested
    kubeval | kubernetes | tested
    kube-linter | kubernetes | tested
    kube-score | kubernetes | tested
    kubernetes-validate | kubernetes | tested
    polaris audit | kubernetes | tested
    datree test | kubernetes | tested
    helm rollback | helm | back
    helm test | helm | seen
    helm lint | helm | tested
    helm template | helm | tested
    ct lint | helm | tested
    ct install | helm | tested
    helm upgrade | helm |
    helm install | helm |
    helmfile diff | helm | planned
    helmfile lint | helm | tested
    helmfile template | helm | tested
    helmfile apply | helm | ?
    helmfile sync | helm | ?
    terraform plan | terraform | planned
    terraform validate | terraform | tested
    terraform test | terraform | tested
    terraform apply | terraform |
    tofu plan | terraform | planned
    tofu validate | terraform | tested
    tofu test | terraform | tested
    tofu apply | terraform |
    terragrunt plan | terraform | planned
    terragrunt validate | terraform | tested
    terragrunt apply | terraform |
    tflint | terraform | tested
    tfsec | terraform | tested
    terrascan scan | terraform | tested
    checkov | terraform | tested
    conftest test | terraform | tested
    pulumi preview | pulumi | planned
    pulumi up | pulumi | ?
    cdk diff | cloudformation | planned
    cdk synth | cloudformation | tested
    cdk deploy | cloudformation | gated
    sam validate | cloudformation | tested
    sam deploy | cloudformation | gated
    serverless deploy | cloudformation | gated
    sls deploy | cloudformation | gated
    cfn-lint | cloudformation | tested
    aws cloudformation validate-template | cloudformation | tested
    aws cloudformation create-change-set | cloudformation | planned
    aws cloudformation deploy | cloudformation | gated
    aws cloudformation update-stack | cloudformation | gated
    aws ecs wait | ecs | seen
    aws ecs update-service | ecs |
    aws ecs deploy | ecs | checked
    aws deploy wait | codedeploy | seen
    aws deploy create-deployment | codedeploy | ?
    aws elbv2 wait | ecs | seen
    aws lambda update-function-code | lambda |
    aws lambda wait | lambda | seen
    aws lambda invoke | lambda | seen
    aws apprunner start-deployment | apprunner | gated
    aws elasticbeanstalk update-environment | elasticbeanstalk | ?
    eb deploy | elasticbeanstalk | ?
    copilot deploy | ecs | gated
    ecs-deploy | ecs | checked
    ecspresso deploy | ecs | checked
    ecspresso rollback | ecs | back
    gcloud run deploy | cloudrun | gated
    gcloud run services update-traffic | cloudrun | back
    gcloud app deploy | appengine | gated
    gcloud functions deploy | cloudfunctions | ?
    az webapp | azure | ?
    az containerapp update | azure | ?
    az containerapp up | azure | ?
    fly deploy | fly | gated
    flyctl deploy | fly | gated
    heroku rollback | heroku | back
    heroku releases:rollback | heroku | back
    heroku container:release | heroku | ?
    git push heroku | heroku | ?
    git push dokku | dokku | ?
    railway up | railway | gated
    vercel deploy | vercel | gated
    kamal rollback | kamal | back
    kamal deploy | kamal | gated
    kamal redeploy | kamal | gated
    cap deploy:rollback | capistrano | back
    cap deploy | capistrano | ?
    ansible-lint | ansible | tested
    ansible-playbook | ansible | ?
    nomad job validate | nomad | tested
    nomad job plan | nomad | planned
    nomad job revert | nomad | back
    nomad job run | nomad | ?
    nomad run | nomad | ?
    cf push | cloudfoundry | ?
    skaffold render | kubernetes | tested
    skaffold deploy | kubernetes | checked
    skaffold run | kubernetes | checked
    werf converge | kubernetes | checked
    argocd app rollback | argocd | back
    argocd app wait | argocd | seen
    argocd app diff | argocd | planned
    argocd app sync | argocd | ?
    docker service rollback | swarm | back
    docker service update | swarm |
    docker service create | swarm |
    docker stack deploy | swarm |
    docker buildx build | image | tested
    docker buildx bake | image | tested
    docker compose build | image | tested
    docker compose config | compose | tested
    docker-compose build | image | tested
    docker-compose config | compose | tested
    docker build | image | tested
    podman build | image | tested
    buildah bud | image | tested
    buildah build | image | tested
    kaniko | image | tested
    executor | image | tested
    hadolint | image | tested
    opsready release rollback | release | back
    opsready release deploy | release | gated
    opsready rehearse | image | tested
    k6 run | http | seen
    newman run | http | seen
""")
# What changes a machine that one has logged in to.
BY_HAND = _rows("""
    docker compose up | ssh |
    docker compose pull | ssh |
    docker compose restart | ssh |
    docker run | ssh |
    docker rm | ssh |
    docker stop | ssh |
    docker start | ssh |
    docker restart | ssh |
    docker pull | ssh |
    docker-compose up | ssh |
    docker-compose pull | ssh |
    docker-compose restart | ssh |
    podman run | ssh |
    podman pull | ssh |
    systemctl restart | ssh |
    systemctl reload | ssh |
    systemctl start | ssh |
    service restart | ssh |
    supervisorctl restart | ssh |
    supervisorctl update | ssh |
    pm2 restart | ssh |
    pm2 reload | ssh |
    pm2 start | ssh |
    git pull | ssh |
    git checkout | ssh |
    git reset | ssh |
    pip install | ssh |
    npm install | ssh |
    npm ci | ssh |
    touch | ssh |
    ln | ssh |
    mv | ssh |
    tar | ssh |
    unzip | ssh |
""")
ACTIONS: tuple[Action, ...] = (
    Action(re.compile(r"aws-actions/amazon-ecs-deploy-task-definition$"), "ecs", _DEPLOYED),
    Action(re.compile(r"aws-actions/aws-cloudformation-github-deploy$"), "cloudformation", _GATED),
    Action(re.compile(r"google-github-actions/deploy-(cloudrun|appengine)$"), "cloudrun", _GATED),
    Action(re.compile(r"google-github-actions/deploy-"), "cloudrun", _DEPLOYED, is_opaque=True),
    Action(re.compile(r"azure/k8s-deploy$"), "kubernetes", _CHECKED, is_opaque=True),
    Action(
        re.compile(r"azure/(webapps-deploy|functions-action|container-apps-deploy)"),
        "azure",
        _DEPLOYED,
        is_opaque=True,
    ),
    Action(re.compile(r"digitalocean/app_action"), "digitalocean", _GATED),
    Action(re.compile(r"akhileshns/heroku-deploy$"), "heroku", _DEPLOYED, is_opaque=True),
    Action(re.compile(r"(amondnet/vercel|cloudflare/wrangler)-action$"), "edge", _GATED),
    Action(re.compile(r"dawidd6/action-ansible-playbook$"), "ansible", _DEPLOYED, is_opaque=True),
    Action(re.compile(r"deliverybot/helm$"), "helm", _DEPLOYED, is_opaque=True),
    Action(
        re.compile(r"hashicorp/tfc-workflows-github/actions/apply-run"),
        "terraform",
        frozenset({_D, _P}),
    ),
    Action(re.compile(r"dflook/(terraform|tofu)-apply$"), "terraform", frozenset({_D, _P})),
    Action(re.compile(r"dflook/(terraform|tofu)-plan$"), "terraform", _PLANNED),
    Action(re.compile(r"dflook/(terraform|tofu)-(validate|fmt-check|test)$"), "terraform", _TESTED),
    Action(
        re.compile(r"(checkov|tfsec|tflint|terrascan)[\w-]*-action$|/tfsec"), "terraform", _TESTED
    ),
    Action(
        re.compile(r"appleboy/scp-action|easingthemes/ssh-deploy|rsync-deployments"),
        "ssh",
        _DEPLOYED,
    ),
    Action(re.compile(r"docker/(build-push|bake)-action|/kaniko"), "image", _TESTED),
    Action(re.compile(r"hadolint"), "image", _TESTED),
    Action(
        re.compile(r"kubeval|kubeconform|kube-linter|azure/k8s-(lint|bake)"), "kubernetes", _TESTED
    ),
    Action(re.compile(r"helm/(kind|chart-testing|chart-releaser)-action$"), "helm", _TESTED),
    Action(re.compile(r"url-health-check|wait-for-(response|url)|smoke-?test"), "http", _SEEN),
    Action(re.compile(r"(^|[/_-])rollback"), "rollback", _BACK),
)
