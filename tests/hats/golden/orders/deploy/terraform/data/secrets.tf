# A place for each secret, without its value: values are put there by hand or by rotation, and never
# pass through Terraform, whose state would keep them in clear.

resource "aws_secretsmanager_secret" "variable" {
  for_each = toset(local.secrets)

  name        = "${local.name}/${each.value}"
  description = "${each.value} of ${local.service} in ${var.environment}"
}
