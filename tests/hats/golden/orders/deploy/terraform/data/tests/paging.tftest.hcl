# What alerting stands on; see data.tftest.hcl.

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

run "an_alert_finds_its_key_and_silence_is_noticed" {
  assert {
    condition     = jsondecode(aws_ssm_parameter.data.value).paging.pager_key_arn == aws_secretsmanager_secret.pager_key.arn
    error_message = "Alertmanager would not find the pager's key."
  }

  assert {
    condition     = aws_secretsmanager_secret.pager_key.kms_key_id == aws_kms_key.paging.arn
    error_message = "Alertmanager cannot read a secret that the account's own key encrypts."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.deadman.treat_missing_data == "breaching"
    error_message = "The alarm would be content with nothing."
  }
}
