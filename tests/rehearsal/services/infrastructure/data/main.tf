# Ten seconds of waiting, so that an apply can be met at work.
resource "aws_ecs_cluster" "slow" {
  name = "slow"
}

resource "aws_secretsmanager_secret" "key" {
  name = "KEY"
}

resource "aws_ssm_parameter" "data" {
  name  = "/shop/${var.environment}/data"
  type  = "String"
  value = jsonencode({ secret_arns = { KEY = aws_secretsmanager_secret.key.arn } })
}
