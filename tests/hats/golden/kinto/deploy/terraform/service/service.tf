# The service: so many tasks, replaced one release by the next. Who owns a way back: while tasks of
# a new release do not become ready, the circuit breaker below goes back by itself; alarms only
# page; everything later is the pipeline's, which always brings this state into agreement.

resource "aws_ecs_cluster" "own" {
  count = var.existing_cluster == null ? 1 : 0

  name = local.name

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

locals {
  cluster = var.existing_cluster == null ? one(aws_ecs_cluster.own[*].name) : var.existing_cluster
}

resource "aws_security_group" "service" {
  name        = "${local.name}-service"
  description = "Tasks of ${local.name}"
  vpc_id      = local.data.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "from_load_balancer" {
  security_group_id            = aws_security_group.service.id
  referenced_security_group_id = aws_security_group.load_balancer.id
  ip_protocol                  = "tcp"
  from_port                    = local.port
  to_port                      = local.port
  description                  = "from the load balancer"
}

# To images, secrets, logs and metrics, and to those whom the service calls.
resource "aws_vpc_security_group_egress_rule" "calls" {
  for_each = toset([for port in var.egress_ports : tostring(port)])

  security_group_id = aws_security_group.service.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = each.value
  to_port           = each.value
  description       = "to others"
}

resource "aws_ecs_service" "service" {
  name             = local.name
  cluster          = local.cluster
  task_definition  = aws_ecs_task_definition.service.arn
  launch_type      = "FARGATE"
  platform_version = "1.4.0"
  desired_count    = var.tasks_min
  propagate_tags   = "SERVICE"

  # The old tasks stay until the new ones are ready; so no request finds nobody.
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  # A task that is still starting is not yet judged by the load balancer.
  health_check_grace_period_seconds = local.startup_s

  # The pipeline's `verify` waits, with a bound and with an answer of its own for each outcome.
  wait_for_steady_state = false

  network_configuration {
    subnets          = local.data.private_subnet_ids
    security_groups  = [aws_security_group.service.id, local.data.client_security_group_id]
    assign_public_ip = false
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.service.arn
    container_name   = "service"
    container_port   = local.port
  }

  # How many run is up to the load (scaling.tf), between tasks_min and tasks_max.
  lifecycle {
    ignore_changes = [desired_count]
  }

  depends_on = [aws_lb_listener.http, aws_iam_role_policy.execution]
}
