# What a deploy may do, and no more: the service root of this service in this environment. It can
# make roles only inside the boundary below, so that it cannot give a task more than a task needs.
# `*` stands as a resource only where AWS knows no resource for the action (its Service
# Authorization Reference), or where the name is not known before it is made.

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account = data.aws_caller_identity.current.account_id
  here    = "${data.aws_region.current.name}:${local.account}"
  aws     = "arn:${data.aws_partition.current.partition}"
  # Load balancers and target groups have names of 32 letters at most.
  short_name = trimsuffix(substr(local.name, 0, 32), "-")
  records    = "${local.service}/${var.environment}"
  # One image goes through all environments: it is pulled from where the first of them keeps it.
  images = "${local.aws}:ecr:*:*:repository/${local.service}-*"
}

# The most that any role of a task may ever do.
data "aws_iam_policy_document" "boundary" {
  statement {
    sid       = "PullImages"
    actions   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    resources = [local.images]
  }

  statement {
    sid       = "LogInToTheRegistry"
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"] # the action has no resource
  }

  statement {
    sid       = "WriteLogs"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${local.aws}:logs:${local.here}:log-group:/ecs/${local.name}:*"]
  }

  statement {
    sid       = "ReadItsSecrets"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = ["${local.aws}:secretsmanager:${local.here}:secret:${local.name}/*"]
  }

  statement {
    sid       = "WriteMetrics"
    actions   = ["aps:RemoteWrite"]
    resources = ["${local.aws}:aps:${local.here}:workspace/*"] # ids are not known beforehand
  }
}

resource "aws_iam_policy" "boundary" {
  name        = "${local.name}-boundary"
  description = "The most that a task of ${local.name} may ever do"
  policy      = data.aws_iam_policy_document.boundary.json
}

# State, records, image, and what a plan reads.
data "aws_iam_policy_document" "release" {
  statement {
    sid       = "FindState"
    actions   = ["s3:ListBucket"]
    resources = [aws_s3_bucket.state.arn]

    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = ["${local.records}/*", "releases/${local.records}/*"]
    }
  }

  statement {
    sid     = "KeepItsState"
    actions = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
    resources = [
      "${aws_s3_bucket.state.arn}/${local.records}/service.tfstate",
      "${aws_s3_bucket.state.arn}/${local.records}/service.tfstate.tflock",
    ]
  }

  # Never deleted by a deploy: a record is for those who come after.
  statement {
    sid       = "KeepRecords"
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = ["${aws_s3_bucket.state.arn}/releases/${local.records}/*"]
  }

  statement {
    sid       = "PullImages" # to verify where an image comes from
    actions   = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    resources = [local.images]
  }

  statement {
    sid       = "LogInToTheRegistry"
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"] # the action has no resource
  }

  statement {
    sid       = "ReadWhatTheDataRootPublished"
    actions   = ["ssm:GetParameter"]
    resources = ["${local.aws}:ssm:${local.here}:parameter/${local.records}/data"]
  }

  # Which version of a secret is the present one; never its value.
  statement {
    sid       = "SeeVersionsOfSecrets"
    actions   = ["secretsmanager:DescribeSecret", "secretsmanager:ListSecretVersionIds"]
    resources = ["${local.aws}:secretsmanager:${local.here}:secret:${local.name}/*"]
  }

  statement {
    sid       = "SeeHowTheReleaseDoes"
    actions   = ["cloudwatch:GetMetricData", "elasticloadbalancing:DescribeTargetHealth"]
    resources = ["*"] # the actions have no resource
  }
}

resource "aws_iam_role_policy" "release" {
  name   = "release"
  role   = aws_iam_role.deploy.id
  policy = data.aws_iam_policy_document.release.json
}

# The service, its tasks and their roles.
data "aws_iam_policy_document" "tasks" {
  statement {
    sid = "RunTheService"
    actions = [
      "ecs:CreateService",
      "ecs:DeleteCluster",
      "ecs:DeleteService",
      "ecs:DescribeClusters",
      "ecs:DescribeServices",
      "ecs:ListTagsForResource",
      "ecs:RunTask",
      "ecs:StopTask",
      "ecs:DescribeTasks",
      "ecs:TagResource",
      "ecs:UpdateCluster",
      "ecs:UpdateService",
    ]
    resources = [
      "${local.aws}:ecs:${local.here}:cluster/${local.cluster}",
      "${local.aws}:ecs:${local.here}:service/${local.cluster}/${local.name}",
      "${local.aws}:ecs:${local.here}:task/${local.cluster}/*",
      "${local.aws}:ecs:${local.here}:task-definition/${local.name}:*",
      "${local.aws}:ecs:${local.here}:task-definition/${local.name}-migration:*",
    ]
  }

  statement {
    sid = "DescribeTasks"
    actions = [
      "ecs:CreateCluster",
      "ecs:DeregisterTaskDefinition",
      "ecs:DescribeTaskDefinition",
      "ecs:RegisterTaskDefinition",
    ]
    resources = ["*"] # the actions have no resource
  }

  statement {
    sid       = "MakeRolesInsideTheBoundary"
    actions   = ["iam:CreateRole", "iam:DeleteRolePolicy", "iam:PutRolePolicy"]
    resources = local.task_roles

    condition {
      test     = "StringEquals"
      variable = "iam:PermissionsBoundary"
      values   = [aws_iam_policy.boundary.arn]
    }
  }

  statement {
    sid = "KeepRoles"
    actions = [
      "iam:DeleteRole",
      "iam:GetRole",
      "iam:GetRolePolicy",
      "iam:ListAttachedRolePolicies",
      "iam:ListInstanceProfilesForRole",
      "iam:ListRolePolicies",
      "iam:TagRole",
      "iam:UpdateAssumeRolePolicy",
    ]
    resources = local.task_roles
  }

  statement {
    sid       = "GiveRolesToTasksAlone"
    actions   = ["iam:PassRole"]
    resources = local.task_roles

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["ecs-tasks.amazonaws.com"]
    }
  }

  # Roles that AWS itself works with; each is made once an account, with rights that AWS fixes.
  statement {
    sid       = "LetAwsMakeItsOwnRoles"
    actions   = ["iam:CreateServiceLinkedRole"]
    resources = ["${local.aws}:iam::${local.account}:role/aws-service-role/*"]

    condition {
      test     = "StringEquals"
      variable = "iam:AWSServiceName"
      values = [
        "ecs.amazonaws.com",
        "ecs.application-autoscaling.amazonaws.com",
        "elasticloadbalancing.amazonaws.com",
      ]
    }
  }
}

locals {
  cluster = coalesce(var.existing_cluster, local.name)
  task_roles = [
    "${local.aws}:iam::${local.account}:role/${local.name}-execution",
    "${local.aws}:iam::${local.account}:role/${local.name}-task",
  ]
}

resource "aws_iam_role_policy" "tasks" {
  name   = "tasks"
  role   = aws_iam_role.deploy.id
  policy = data.aws_iam_policy_document.tasks.json
}

# What stands around the service: load balancer, doors, logs, scaling, metrics.
data "aws_iam_policy_document" "surroundings" {
  statement {
    sid = "SeeAndBegin"
    actions = [
      "application-autoscaling:DescribeScalableTargets",
      "application-autoscaling:DescribeScalingPolicies",
      "aps:CreateWorkspace",
      "cloudwatch:DescribeAlarms",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSecurityGroupRules",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSubnets",
      "ec2:DescribeVpcAttribute",
      "ec2:DescribeVpcs",
      "elasticloadbalancing:DescribeCapacityReservation",
      "elasticloadbalancing:DescribeListenerAttributes",
      "elasticloadbalancing:DescribeListeners",
      "elasticloadbalancing:DescribeLoadBalancerAttributes",
      "elasticloadbalancing:DescribeLoadBalancers",
      "elasticloadbalancing:DescribeTags",
      "elasticloadbalancing:DescribeTargetGroupAttributes",
      "elasticloadbalancing:DescribeTargetGroups",
      "logs:DescribeLogGroups",
    ]
    resources = ["*"] # the actions have no resource
  }

  statement {
    sid = "BalanceLoad"
    actions = [
      "elasticloadbalancing:AddTags",
      "elasticloadbalancing:CreateListener",
      "elasticloadbalancing:CreateLoadBalancer",
      "elasticloadbalancing:CreateTargetGroup",
      "elasticloadbalancing:DeleteListener",
      "elasticloadbalancing:DeleteLoadBalancer",
      "elasticloadbalancing:DeleteTargetGroup",
      "elasticloadbalancing:ModifyListener",
      "elasticloadbalancing:ModifyListenerAttributes",
      "elasticloadbalancing:ModifyLoadBalancerAttributes",
      "elasticloadbalancing:ModifyTargetGroup",
      "elasticloadbalancing:ModifyTargetGroupAttributes",
      "elasticloadbalancing:SetSecurityGroups",
      "elasticloadbalancing:SetSubnets",
    ]
    resources = [
      "${local.aws}:elasticloadbalancing:${local.here}:loadbalancer/app/${local.short_name}/*",
      "${local.aws}:elasticloadbalancing:${local.here}:listener/app/${local.short_name}/*",
      "${local.aws}:elasticloadbalancing:${local.here}:targetgroup/${local.short_name}/*",
    ]
  }

  # Ids are not known beforehand, so the environment's tags draw the line.
  statement {
    sid       = "MakeDoors"
    actions   = ["ec2:CreateSecurityGroup"]
    resources = ["${local.aws}:ec2:${local.here}:security-group/*", "${local.aws}:ec2:${local.here}:vpc/*"]
  }

  statement {
    sid = "KeepDoors"
    actions = [
      "ec2:AuthorizeSecurityGroupEgress",
      "ec2:AuthorizeSecurityGroupIngress",
      "ec2:DeleteSecurityGroup",
      "ec2:ModifySecurityGroupRules",
      "ec2:RevokeSecurityGroupEgress",
      "ec2:RevokeSecurityGroupIngress",
    ]
    resources = ["${local.aws}:ec2:${local.here}:security-group/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/service"
      values   = [local.service]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/environment"
      values   = [var.environment]
    }
  }

  # Rules are resources of their own, and have no tags before they are made.
  statement {
    sid = "MakeRules"
    actions = [
      "ec2:AuthorizeSecurityGroupEgress",
      "ec2:AuthorizeSecurityGroupIngress",
    ]
    resources = ["${local.aws}:ec2:${local.here}:security-group-rule/*"]
  }

  statement {
    sid     = "TagWhatItMakes"
    actions = ["ec2:CreateTags"]
    resources = [
      "${local.aws}:ec2:${local.here}:security-group/*",
      "${local.aws}:ec2:${local.here}:security-group-rule/*",
    ]

    condition {
      test     = "StringEquals"
      variable = "ec2:CreateAction"
      values   = ["AuthorizeSecurityGroupEgress", "AuthorizeSecurityGroupIngress", "CreateSecurityGroup"]
    }
  }

  statement {
    sid = "KeepLogs"
    actions = [
      "logs:CreateLogGroup",
      "logs:ListTagsForResource",
      "logs:PutRetentionPolicy",
      "logs:TagResource",
    ]
    resources = [
      "${local.aws}:logs:${local.here}:log-group:/ecs/${local.name}",
      "${local.aws}:logs:${local.here}:log-group:/ecs/${local.name}:*",
    ]
  }

  statement {
    sid = "Scale"
    actions = [
      "application-autoscaling:DeleteScalingPolicy",
      "application-autoscaling:DeregisterScalableTarget",
      "application-autoscaling:ListTagsForResource",
      "application-autoscaling:PutScalingPolicy",
      "application-autoscaling:RegisterScalableTarget",
      "application-autoscaling:TagResource",
    ]
    resources = ["${local.aws}:application-autoscaling:${local.here}:scalable-target/*"] # ids are not known beforehand
  }

  statement {
    sid       = "ScaleByLoad"
    actions   = ["cloudwatch:DeleteAlarms", "cloudwatch:PutMetricAlarm"]
    resources = ["${local.aws}:cloudwatch:${local.here}:alarm:TargetTracking-service/${local.cluster}/${local.name}-*"]
  }

  statement {
    sid = "KeepMetrics"
    actions = [
      "aps:CreateAlertManagerDefinition",
      "aps:CreateRuleGroupsNamespace",
      "aps:DeleteAlertManagerDefinition",
      "aps:DeleteRuleGroupsNamespace",
      "aps:DescribeAlertManagerDefinition",
      "aps:DescribeLoggingConfiguration",
      "aps:DescribeRuleGroupsNamespace",
      "aps:DescribeWorkspace",
      "aps:ListTagsForResource",
      "aps:PutAlertManagerDefinition",
      "aps:PutRuleGroupsNamespace",
      "aps:TagResource",
    ]
    # Ids are not known beforehand.
    resources = [
      "${local.aws}:aps:${local.here}:workspace/*",
      "${local.aws}:aps:${local.here}:rulegroupsnamespace/*",
    ]
  }
}

resource "aws_iam_role_policy" "surroundings" {
  name   = "surroundings"
  role   = aws_iam_role.deploy.id
  policy = data.aws_iam_policy_document.surroundings.json
}
