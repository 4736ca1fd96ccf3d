# Values of staging, for all three roots: the only file that knows it.
# Secrets are not here: their values are kept in AWS Secrets Manager, by name.

environment        = "staging"
tasks_min          = 2
tasks_max          = 4
cpu_units          = 256
memory_mib         = 512
log_retention_days = 30

network = {
  cidr         = "10.20.0.0/16"
  zones        = 2
  nat_gateways = 1
}

database = {
  class               = "db.t4g.small"
  storage_gib         = 20
  multi_az            = false
  backup_days         = 1
  deletion_protection = false
}

configuration = {
  PROMETHEUS_MULTIPROC_DIR = "/tmp/metrics"
}

# The code reads these too; say in `configuration` what differs here:
# KINTO_INI: "config/kinto.ini" where it is not set
# KINTO_INCLUDES
# KINTO_BUCKET_CREATE_PRINCIPALS
