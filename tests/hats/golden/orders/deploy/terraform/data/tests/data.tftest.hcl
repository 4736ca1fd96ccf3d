# Tried without an account: the provider is a mock. `terraform test` in this root runs it.

mock_provider "aws" {
  mock_data "aws_availability_zones" {
    defaults = { names = ["a", "b", "c"] }
  }

  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }

  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:xx-mock-1:000000000000:key/mock" }
  }

  mock_resource "aws_secretsmanager_secret" {
    defaults = { arn = "arn:aws:secretsmanager:xx-mock-1:000000000000:secret:mock" }
  }

  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:xx-mock-1:000000000000:mock" }
  }
}

variables {
  environment        = "production"
  region             = "eu-central-1"
  tasks_min          = 2
  tasks_max          = 4
  cpu_units          = 256
  memory_mib         = 512
  log_retention_days = 30
  repository         = "owner/name"

  network = {
    cidr         = "10.21.0.0/16"
    zones        = 2
    nat_gateways = 2
  }

  database = {
    class               = "db.t4g.small"
    storage_gib         = 20
    multi_az            = true
    backup_days         = 14
    deletion_protection = true
  }

  cache = {
    class    = "cache.t4g.micro"
    replicas = 1
  }

  configuration = {
    HOST                     = "0.0.0.0"
    PORT                     = "8000"
    PROMETHEUS_MULTIPROC_DIR = "/tmp/metrics"
    WEB_CONCURRENCY          = "2"
  }
}

run "it_stands_in_several_zones_and_publishes_no_value_of_a_secret" {
  assert {
    condition     = length(local.zones) == var.network.zones && length(aws_subnet.private) > 1
    error_message = "One zone alone can fail as a whole."
  }

  assert {
    condition     = length(setsubtract(local.secrets, keys(jsondecode(aws_ssm_parameter.data.value).secret_arns))) == 0
    error_message = "A secret of the service has no place."
  }
}

run "an_existing_network_is_used_as_it_is" {
  variables {
    network = {
      existing = {
        vpc_id                   = "vpc-1"
        private_subnet_ids       = ["subnet-1", "subnet-2"]
        load_balancer_subnet_ids = ["subnet-3", "subnet-4"]
      }
    }
  }

  assert {
    condition     = length(aws_vpc.own) == 0 && length(aws_subnet.private) == 0
    error_message = "A network was made beside the one that is there."
  }

  assert {
    condition     = jsondecode(aws_ssm_parameter.data.value).vpc_id == "vpc-1"
    error_message = "The service would not find the network that is there."
  }
}
