# Values of production, for all three roots: the only file that knows it.
# Secrets are not here: their values are kept in AWS Secrets Manager, by name.

environment        = "production"
region             = "eu-central-1"
tasks_min          = 2
tasks_max          = 4
cpu_units          = 256
memory_mib         = 512
log_retention_days = 30

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

# The code reads these too; say in `configuration` what differs here:
# LOG_LEVEL: "INFO" where it is not set
# TLS_CERT_FILE
# TLS_KEY_FILE
