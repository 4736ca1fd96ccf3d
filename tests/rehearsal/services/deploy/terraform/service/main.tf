# The least that the scripts of deploy/pipeline work on: what the Ops Engineer writes, without all
# that a rehearsal of the pipeline does not look at, a load balancer above all: Terraform waits half
# a minute for one, and the stand-in listens elsewhere.

terraform {
  required_version = ">= 1.11"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
  backend "s3" {}
}

provider "aws" {}

variable "environment" {
  type = string
}

variable "image" {
  type = string
}

variable "configuration" {
  type = map(string)
}

variable "secret_versions" {
  type = map(string)
}

data "aws_ssm_parameter" "data" {
  name = "/shop/${var.environment}/data"
}

locals {
  data    = jsondecode(nonsensitive(data.aws_ssm_parameter.data.value))
  release = { image = var.image, configuration = var.configuration, secret_versions = var.secret_versions }
  container = {
    name        = "shop"
    image       = var.image
    environment = [for name, value in var.configuration : { name = name, value = value }]
    secrets = [
      for name, version in var.secret_versions :
      { name = name, valueFrom = "${local.data.secret_arns[name]}:::${version}" }
    ]
  }
}

resource "aws_ecs_cluster" "service" {
  name = "shop-${var.environment}"
}

resource "aws_lb_target_group" "service" {
  name        = "shop-${var.environment}"
  port        = 8000
  protocol    = "HTTP"
  target_type = "ip"
  vpc_id      = local.data.vpc_id
  health_check {
    path              = "/ready"
    healthy_threshold = 2
  }
}

resource "aws_ecs_task_definition" "service" {
  family                   = "shop-${var.environment}"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  skip_destroy             = true
  container_definitions = jsonencode([
    merge(local.container, { portMappings = [{ containerPort = 8000 }] })
  ])
}

resource "aws_ecs_service" "service" {
  name            = "shop"
  cluster         = aws_ecs_cluster.service.id
  task_definition = aws_ecs_task_definition.service.arn
  desired_count   = 1
  launch_type     = "FARGATE"
  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }
  network_configuration {
    subnets         = local.data.private_subnet_ids
    security_groups = [local.data.database_security_group_id]
  }
  load_balancer {
    target_group_arn = aws_lb_target_group.service.arn
    container_name   = "shop"
    container_port   = 8000
  }
}

output "url" {
  value = "http://shop.invalid"
}

output "readiness_path" {
  value = "/ready"
}

output "cluster" {
  value = aws_ecs_cluster.service.name
}

output "service" {
  value = aws_ecs_service.service.name
}

output "task_definition_arn" {
  value = aws_ecs_task_definition.service.arn
}

output "load_balancer" {
  value = "app/none/0"
}

output "target_group" {
  value = aws_lb_target_group.service.arn_suffix
}

output "network" {
  value = jsonencode({ awsvpcConfiguration = {
    subnets        = local.data.private_subnet_ids
    securityGroups = [local.data.database_security_group_id]
  } })
}

output "migration" {
  value = jsonencode({
    family                  = "shop-${var.environment}-migration"
    requiresCompatibilities = ["FARGATE"]
    networkMode             = "awsvpc"
    cpu                     = "256"
    memory                  = "512"
    containerDefinitions    = [merge(local.container, { command = ["python3", "migrate.py"] })]
  })
}

output "release" {
  value = jsonencode(local.release)
}
