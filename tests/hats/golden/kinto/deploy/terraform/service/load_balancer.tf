# Users come in here. A task gets requests only while it says that it is ready, and is asked again
# and again; whether it is alive is asked by ECS (see task.tf), and is another question.

locals {
  # Names of load balancers have 32 letters at most.
  short_name = trimsuffix(substr(local.name, 0, 32), "-")
  encrypted  = var.certificate_arn != null
  callers    = local.public ? "0.0.0.0/0" : data.aws_vpc.this.cidr_block
  doors      = local.encrypted ? [80, 443] : [80]
}

resource "aws_security_group" "load_balancer" {
  name        = "${local.name}-load-balancer"
  description = "The load balancer of ${local.name}"
  vpc_id      = local.data.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "callers" {
  for_each = toset([for port in local.doors : tostring(port)])

  security_group_id = aws_security_group.load_balancer.id
  cidr_ipv4         = local.callers
  ip_protocol       = "tcp"
  from_port         = each.value
  to_port           = each.value
  description       = "from whoever may call"
}

resource "aws_vpc_security_group_egress_rule" "to_tasks" {
  security_group_id            = aws_security_group.load_balancer.id
  referenced_security_group_id = aws_security_group.service.id
  ip_protocol                  = "tcp"
  from_port                    = local.port
  to_port                      = local.port
  description                  = "to tasks"
}

resource "aws_lb" "service" {
  name                       = local.short_name
  internal                   = !local.public
  load_balancer_type         = "application"
  security_groups            = [aws_security_group.load_balancer.id]
  subnets                    = local.data.load_balancer_subnet_ids
  drop_invalid_header_fields = true

  lifecycle {
    precondition {
      condition     = !local.public || local.encrypted
      error_message = "The internet reaches this service: set `certificate_arn` in envs/${var.environment}.tfvars."
    }
  }
}

resource "aws_lb_target_group" "service" {
  name        = local.short_name
  vpc_id      = local.data.vpc_id
  target_type = "ip"
  protocol    = "HTTP"
  port        = local.port

  # As long as a task may take to finish what it has accepted.
  deregistration_delay = local.stop_timeout_s

  health_check {
    path                = local.readiness_path
    matcher             = "200-299"
    interval            = max(10, local.health_timeout_s + 1)
    timeout             = local.health_timeout_s
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }
}

# With a certificate this door only sends callers to the other one.
resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.service.arn
  protocol          = "HTTP"
  port              = 80

  default_action {
    type             = local.encrypted ? "redirect" : "forward"
    target_group_arn = local.encrypted ? null : aws_lb_target_group.service.arn

    dynamic "redirect" {
      for_each = local.encrypted ? ["HTTPS"] : []

      content {
        protocol    = redirect.value
        port        = "443"
        status_code = "HTTP_301"
      }
    }
  }
}

resource "aws_lb_listener" "https" {
  count = local.encrypted ? 1 : 0

  load_balancer_arn = aws_lb.service.arn
  protocol          = "HTTPS"
  port              = 443
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = var.certificate_arn

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.service.arn
  }
}
