# Two roles: what starts a task, and what the task itself may do. Neither can exceed the boundary
# that the bootstrap root made.

data "aws_iam_policy_document" "tasks" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }

    # Nobody else's tasks can borrow it.
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

locals {
  boundary = "${local.aws}:iam::${local.account}:policy/${local.name}-boundary"
}

resource "aws_iam_role" "execution" {
  name                 = "${local.name}-execution"
  description          = "Starts tasks of ${local.name}"
  assume_role_policy   = data.aws_iam_policy_document.tasks.json
  permissions_boundary = local.boundary
}

data "aws_iam_policy_document" "execution" {
  statement {
    sid       = "PullTheImage"
    actions   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    resources = ["${local.aws}:ecr:*:*:repository/${local.service}-*"] # whichever environment built it
  }

  statement {
    sid       = "LogInToTheRegistry"
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"] # the action has no resource
  }

  statement {
    sid       = "WriteLogs"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.service.arn}:*"]
  }

  dynamic "statement" {
    for_each = length(local.data.secret_arns) > 0 ? [values(local.data.secret_arns)] : []

    content {
      sid       = "ReadItsSecrets"
      actions   = ["secretsmanager:GetSecretValue"]
      resources = statement.value
    }
  }
}

resource "aws_iam_role_policy" "execution" {
  name   = "execution"
  role   = aws_iam_role.execution.id
  policy = data.aws_iam_policy_document.execution.json
}

resource "aws_iam_role" "task" {
  name                 = "${local.name}-task"
  description          = "What a task of ${local.name} may do"
  assume_role_policy   = data.aws_iam_policy_document.tasks.json
  permissions_boundary = local.boundary
}
