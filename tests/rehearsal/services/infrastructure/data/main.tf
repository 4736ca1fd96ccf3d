resource "aws_secretsmanager_secret" "key" {
  name = "KEY"
}

resource "aws_ssm_parameter" "data" {
  name  = "/shop/${var.environment}/data"
  type  = "String"
  value = jsonencode({ secret_arns = { KEY = aws_secretsmanager_secret.key.arn } })
}
