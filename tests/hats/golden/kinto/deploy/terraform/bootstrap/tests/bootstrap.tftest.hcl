# Tried without an account: the provider is a mock. `terraform test` in this root runs it.

mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }
}

# A mock has nothing that could be taken over.
override_resource {
  target = aws_s3_bucket.state
}

variables {
  environment        = "production"
  tasks_min          = 2
  tasks_max          = 4
  cpu_units          = 256
  memory_mib         = 512
  log_retention_days = 30
  repository         = "owner/name"

  network = {
    cidr         = "10.21.0.0/16"
    zones        = 2
    nat_gateways = 2
  }

  database = {
    class               = "db.t4g.small"
    storage_gib         = 20
    multi_az            = true
    backup_days         = 14
    deletion_protection = true
  }

  configuration = {
    PROMETHEUS_MULTIPROC_DIR = "/tmp/metrics"
  }

  state_bucket = "state"
}

run "only_one_repository_and_environment_may_deploy" {
  command = plan

  assert {
    condition = alltrue([
      for statement in data.aws_iam_policy_document.github.statement : anytrue([
        for condition in statement.condition :
        condition.test == "StringEquals" &&
        condition.values == tolist(["repo:${var.repository}:environment:${var.environment}"])
      ])
    ])
    error_message = "The deploy role is open to more than this repository's runs in this environment."
  }

  assert {
    condition = alltrue([
      for statement in data.aws_iam_policy_document.github_plan.statement : anytrue([
        for condition in statement.condition :
        condition.test == "StringEquals" &&
        condition.values == tolist(["repo:${var.repository}:environment:${var.environment}-plan"])
      ])
    ])
    error_message = "The plan role is open to more than this repository's plans of this environment."
  }

  assert {
    condition = alltrue([
      for action in flatten(data.aws_iam_policy_document.plan.statement[*].actions) :
      can(regex("^(s3|ecr):|:(Describe|Get|List)", action))
    ])
    error_message = "The plan role changes something, and nobody approves what it does."
  }

  assert {
    condition     = aws_ecr_repository.image.image_tag_mutability == "IMMUTABLE"
    error_message = "A tag could be moved to another image."
  }

  assert {
    condition     = one(aws_s3_bucket_versioning.state.versioning_configuration).status == "Enabled"
    error_message = "An older state could not be had back."
  }
}

run "a_repository_must_be_named" {
  command = plan

  variables {
    repository = null
  }

  expect_failures = [data.aws_iam_policy_document.github]
}
