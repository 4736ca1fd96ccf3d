# All that the service root reads of this one. Whether something is new or was there before is
# decided here, and nowhere else.

resource "aws_ssm_parameter" "data" {
  name        = "/${local.service}/${var.environment}/data"
  description = "What the service of ${local.name} stands on; no secret"
  type        = "String"
  value = jsonencode({
    vpc_id                     = local.vpc_id
    private_subnet_ids         = local.private_subnet_ids
    load_balancer_subnet_ids   = local.load_balancer_subnet_ids
    client_security_group_id   = aws_security_group.clients.id
    database_security_group_id = local.database_security_group_id
    cache_security_group_id    = local.cache_security_group_id
    secret_arns                = { for name, secret in aws_secretsmanager_secret.variable : name => secret.arn }
    paging                     = local.paging
  })
}

output "published" {
  value       = aws_ssm_parameter.data.name
  description = "Where the service root finds all of this."
}
