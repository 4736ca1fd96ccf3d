# What must be there before a pipeline can deploy: where state is kept, where images are kept, and
# the role that the pipeline takes. Applied once an account and environment, by a person who may do
# so, and never by a deploy: the role is made here so that no deploy can widen its own rights.

# State of Terraform, this root's own included, which is why the bucket is made by one command
# beforehand (see deploy/README.md) and taken over here.
import {
  to = aws_s3_bucket.state
  id = var.state_bucket
}

resource "aws_s3_bucket" "state" {
  bucket = var.state_bucket
}

# An older state can be had back.
resource "aws_s3_bucket_versioning" "state" {
  bucket = aws_s3_bucket.state.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "state" {
  bucket = aws_s3_bucket.state.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "aws:kms"
    }
    bucket_key_enabled = true
  }
}

resource "aws_s3_bucket_public_access_block" "state" {
  bucket                  = aws_s3_bucket.state.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

# Images: a tag never moves, and what is pushed is scanned.
resource "aws_ecr_repository" "image" {
  name                 = local.name
  image_tag_mutability = "IMMUTABLE"

  image_scanning_configuration {
    scan_on_push = true
  }
}

# As many as rollbacks may ever need; older ones only cost.
resource "aws_ecr_lifecycle_policy" "image" {
  repository = aws_ecr_repository.image.name
  policy = jsonencode({
    rules = [{
      rulePriority = 1
      description  = "the last hundred images"
      selection    = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = 100 }
      action       = { type = "expire" }
    }]
  })
}

# GitHub signs who a workflow run is; AWS takes that instead of a key that could be stolen.
locals {
  github = "token.actions.githubusercontent.com"
  github_arn = coalesce(
    one(aws_iam_openid_connect_provider.github[*].arn),
    one(data.aws_iam_openid_connect_provider.github[*].arn)
  )
}

resource "aws_iam_openid_connect_provider" "github" {
  count = var.oidc_provider_exists ? 0 : 1

  url            = "https://${local.github}"
  client_id_list = ["sts.amazonaws.com"]
}

data "aws_iam_openid_connect_provider" "github" {
  count = var.oidc_provider_exists ? 1 : 0

  url = "https://${local.github}"
}

# Only runs of one repository that GitHub has let into this environment, whoever approves there.
data "aws_iam_policy_document" "github" {
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
      values   = ["repo:${var.repository}:environment:${var.environment}"]
    }
  }

  lifecycle {
    precondition {
      condition     = can(regex("^[\\w.-]+/[\\w.-]+$", var.repository))
      error_message = "Set `repository` to owner/name on GitHub: only its workflow may deploy."
    }
  }
}

resource "aws_iam_role" "deploy" {
  name                 = "${local.name}-deploy"
  description          = "Taken by the deploy workflow of ${var.repository} in ${var.environment}"
  assume_role_policy   = data.aws_iam_policy_document.github.json
  max_session_duration = 7200
}
