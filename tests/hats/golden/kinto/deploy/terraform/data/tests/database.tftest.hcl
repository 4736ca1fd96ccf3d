# The database; see data.tftest.hcl.

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

  configuration = {
    PROMETHEUS_MULTIPROC_DIR = "/tmp/metrics"
  }
}

run "nobody_holds_its_master_password_and_nobody_reaches_it_from_outside" {
  command = plan

  assert {
    condition     = aws_db_instance.own[0].manage_master_user_password && !aws_db_instance.own[0].publicly_accessible
    error_message = "The database is open, or its password is known to somebody."
  }

  assert {
    condition     = aws_db_instance.own[0].storage_encrypted && aws_db_instance.own[0].backup_retention_period > 0
    error_message = "What the database holds can be read from a disk, or cannot be had back."
  }
}

run "an_existing_database_is_only_opened_to_the_service" {
  command = plan

  variables {
    database = { existing_security_group_id = "sg-1" }
  }

  assert {
    condition     = length(aws_db_instance.own) == 0
    error_message = "A database was made beside the one that is there."
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.database.security_group_id == "sg-1"
    error_message = "The service cannot reach the database that is there."
  }
}
