# The least of the three roots that a rehearsal takes through two releases and back: nothing of it is
# waited for but a cluster, ten seconds, so that an apply can be met at work.

variable "image" {
  type = string
}

variable "secret_versions" {
  type = map(string)
}

data "aws_subnets" "default" {}

resource "aws_ecs_cluster" "own" {
  name = "shop"
}

resource "aws_ecs_task_definition" "service" {
  family                   = "shop"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  skip_destroy             = true

  container_definitions = jsonencode([{
    name         = "service"
    image        = var.image
    portMappings = [{ containerPort = 80 }]
    environment  = [for name, value in var.configuration : { name = name, value = value }]
    secrets      = [for name, version in var.secret_versions : { name = name, valueFrom = version }]
  }])
}

resource "aws_ecs_service" "service" {
  name            = "shop"
  cluster         = aws_ecs_cluster.own.name
  task_definition = aws_ecs_task_definition.service.arn
  launch_type     = "FARGATE"

  network_configuration {
    subnets = data.aws_subnets.default.ids
  }
}

output "cluster" {
  value = aws_ecs_cluster.own.name
}

output "service" {
  value = aws_ecs_service.service.name
}

output "release" {
  value = jsonencode({
    image           = var.image
    configuration   = var.configuration
    secret_versions = var.secret_versions
  })
}
