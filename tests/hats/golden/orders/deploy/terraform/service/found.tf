# What is there already: the account, and what the data root published.

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

data "aws_ssm_parameter" "data" {
  name = "/${local.service}/${var.environment}/data"
}

locals {
  account = data.aws_caller_identity.current.account_id
  here    = "${data.aws_region.current.name}:${local.account}"
  aws     = "arn:${data.aws_partition.current.partition}"
  data    = jsondecode(data.aws_ssm_parameter.data.insecure_value)
}

data "aws_vpc" "this" {
  id = local.data.vpc_id
}
