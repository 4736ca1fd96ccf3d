# The database, or the door of an existing one. AWS makes the master password and keeps it, so that
# no person and no state file ever holds it.

locals {
  own_database               = var.database.existing_security_group_id == null ? 1 : 0
  database_security_group_id = local.own_database == 1 ? one(aws_security_group.database[*].id) : var.database.existing_security_group_id
}

resource "aws_db_subnet_group" "own" {
  count = local.own_database

  name       = local.name
  subnet_ids = local.private_subnet_ids
}

resource "aws_security_group" "database" {
  count = local.own_database

  name        = "${local.name}-database"
  description = "The database of ${local.name}"
  vpc_id      = local.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "database" {
  security_group_id            = local.database_security_group_id
  referenced_security_group_id = aws_security_group.clients.id
  ip_protocol                  = "tcp"
  from_port                    = local.database_port
  to_port                      = local.database_port
  description                  = "from tasks of the service"
}

resource "aws_vpc_security_group_egress_rule" "database" {
  security_group_id            = aws_security_group.clients.id
  referenced_security_group_id = local.database_security_group_id
  ip_protocol                  = "tcp"
  from_port                    = local.database_port
  to_port                      = local.database_port
  description                  = "to the database"
}

resource "aws_db_instance" "own" {
  count = local.own_database

  identifier     = local.name
  engine         = local.database_engine
  engine_version = local.database_version
  instance_class = var.database.class
  port           = local.database_port
  db_name        = replace(lower(local.service), "/[^a-z0-9]+/", "_")

  username                    = "master"
  manage_master_user_password = true

  db_subnet_group_name   = aws_db_subnet_group.own[0].name
  vpc_security_group_ids = [aws_security_group.database[0].id]
  publicly_accessible    = false

  allocated_storage     = var.database.storage_gib
  max_allocated_storage = var.database.storage_gib * 5
  storage_type          = "gp3"
  storage_encrypted     = true

  # With several zones a standby takes over by itself, under the same name.
  multi_az                  = var.database.multi_az
  backup_retention_period   = var.database.backup_days
  copy_tags_to_snapshot     = true
  deletion_protection       = var.database.deletion_protection
  skip_final_snapshot       = false
  final_snapshot_identifier = "${local.name}-final"

  auto_minor_version_upgrade = true
  apply_immediately          = false
}
