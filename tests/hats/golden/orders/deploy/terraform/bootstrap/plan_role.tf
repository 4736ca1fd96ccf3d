# Who builds and plans. Both come before an approval, so this role can be taken where none is asked
# for: it pushes images and reads, and cannot change what serves. What a person approves is the plan
# that it made, and only the deploy role can apply it.

data "aws_iam_policy_document" "github_plan" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [local.github_arn]
    }

    condition {
      test     = "StringEquals"
      variable = "${local.github}:aud"
      values   = ["sts.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "${local.github}:sub"
      values   = ["repo:${var.repository}:environment:${var.environment}-plan"]
    }
  }

  # Which says first where no repository is named.
  depends_on = [data.aws_iam_policy_document.github]
}

resource "aws_iam_role" "plan" {
  name                 = "${local.name}-plan"
  description          = "Taken by the deploy workflow of ${var.repository} to build and to plan ${var.environment}"
  assume_role_policy   = data.aws_iam_policy_document.github_plan.json
  max_session_duration = 3600
}

data "aws_iam_policy_document" "plan" {
  statement {
    sid       = "FindState"
    actions   = ["s3:ListBucket"]
    resources = [aws_s3_bucket.state.arn]

    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = ["${local.records}/*"]
    }
  }

  statement {
    sid       = "ReadItsState"
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.state.arn}/${local.records}/service.tfstate"]
  }

  # While a plan is made nobody applies another.
  statement {
    sid       = "LockItsState"
    actions   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
    resources = ["${aws_s3_bucket.state.arn}/${local.records}/service.tfstate.tflock"]
  }

  # A tag never moves (main.tf): what is there cannot be replaced.
  statement {
    sid = "PushImages"
    actions = [
      "ecr:BatchCheckLayerAvailability",
      "ecr:BatchGetImage",
      "ecr:CompleteLayerUpload",
      "ecr:DescribeImages",
      "ecr:GetDownloadUrlForLayer",
      "ecr:InitiateLayerUpload",
      "ecr:PutImage",
      "ecr:UploadLayerPart",
    ]
    resources = [aws_ecr_repository.image.arn]
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
    sid = "SeeRoles"
    actions = [
      "iam:GetRole",
      "iam:GetRolePolicy",
      "iam:ListAttachedRolePolicies",
      "iam:ListRolePolicies",
    ]
    resources = local.task_roles
  }

  statement {
    sid = "SeeTheService"
    actions = [
      "ecs:DescribeClusters",
      "ecs:DescribeServices",
      "ecs:ListTagsForResource",
      "logs:ListTagsForResource",
    ]
    resources = [
      "${local.aws}:ecs:${local.here}:cluster/${local.cluster}",
      "${local.aws}:ecs:${local.here}:service/${local.cluster}/${local.name}",
      "${local.aws}:ecs:${local.here}:task-definition/${local.name}:*",
      "${local.aws}:logs:${local.here}:log-group:/ecs/${local.name}",
    ]
  }

  statement {
    sid = "SeeMetricsAndScaling"
    actions = [
      "application-autoscaling:ListTagsForResource",
      "aps:DescribeAlertManagerDefinition",
      "aps:DescribeLoggingConfiguration",
      "aps:DescribeRuleGroupsNamespace",
      "aps:DescribeWorkspace",
      "aps:ListTagsForResource",
    ]
    # Ids are not known beforehand.
    resources = [
      "${local.aws}:application-autoscaling:${local.here}:scalable-target/*",
      "${local.aws}:aps:${local.here}:workspace/*",
      "${local.aws}:aps:${local.here}:rulegroupsnamespace/*",
    ]
  }

  statement {
    sid = "SeeWhatStandsAroundIt"
    actions = [
      "application-autoscaling:DescribeScalableTargets",
      "application-autoscaling:DescribeScalingPolicies",
      "cloudwatch:DescribeAlarms",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSecurityGroupRules",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSubnets",
      "ec2:DescribeVpcAttribute",
      "ec2:DescribeVpcs",
      "ecs:DescribeTaskDefinition",
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
}

resource "aws_iam_role_policy" "plan" {
  name   = "plan"
  role   = aws_iam_role.plan.id
  policy = data.aws_iam_policy_document.plan.json
}
