# One task: the service itself, and what stands beside it.

resource "aws_cloudwatch_log_group" "service" {
  name              = "/ecs/${local.name}"
  retention_in_days = var.log_retention_days
}

locals {
  logs = {
    for part in ["service", "scratch", "collector", "migration"] : part => {
      logDriver = "awslogs"
      options = {
        "awslogs-group"         = aws_cloudwatch_log_group.service.name
        "awslogs-region"        = data.aws_region.current.name
        "awslogs-stream-prefix" = part
      }
    }
  }

  environment = [for name, value in var.configuration : { name = name, value = value }]

  # By reference and by version: a rollback gets the value that the release had.
  secrets = [
    for name, version in var.secret_versions :
    { name = name, valueFrom = "${local.data.secret_arns[name]}:::${version}" }
  ]

  # Fargate has no tmpfs; an empty volume of the task's own is as short-lived. It is made by root,
  # so what the service may write to is opened for it first.
  scratch = {
    name                   = "scratch"
    image                  = var.image
    essential              = false
    user                   = "0:0"
    readonlyRootFilesystem = true
    entryPoint             = ["sh", "-c"]
    command                = ["mkdir -p /tmp/metrics && chmod 1777 /tmp /tmp/metrics"]
    mountPoints            = local.mounts
    logConfiguration       = local.logs["scratch"]
  }
  mounts = [{ sourceVolume = "scratch", containerPath = "/tmp", readOnly = false }]

  app = {
    name                   = "service"
    image                  = var.image
    essential              = true
    user                   = "10001:10001"
    readonlyRootFilesystem = true
    linuxParameters        = { capabilities = { drop = ["ALL"] } }
    portMappings           = [{ containerPort = local.port, protocol = "tcp" }]
    environment            = local.environment
    secrets                = local.secrets
    mountPoints            = local.mounts
    dependsOn              = [{ containerName = "scratch", condition = "SUCCESS" }]
    stopTimeout            = local.stop_timeout_s
    logConfiguration       = local.logs["service"]

    # Liveness touches no dependency: a task is not restarted because its database is down.
    healthCheck = {
      command     = local.liveness_command
      interval    = 10
      timeout     = local.health_timeout_s
      retries     = 3
      startPeriod = local.startup_s
    }
  }
}

resource "aws_ecs_task_definition" "service" {
  family                   = local.name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.cpu_units
  memory                   = var.memory_mib
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.task.arn
  container_definitions    = jsonencode(concat([local.scratch, local.app], local.collectors))

  # Old revisions stay: the circuit breaker goes back to one, and people look things up in them.
  skip_destroy = true

  volume {
    name = "scratch"
  }

  lifecycle {
    precondition {
      condition     = length(local.missing) == 0
      error_message = "The service does not start without ${join(", ", local.missing)}: set it in `configuration` of envs/${var.environment}.tfvars."
    }
  }
}
