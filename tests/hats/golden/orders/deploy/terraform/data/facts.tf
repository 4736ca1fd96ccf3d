# What the code and opsready.yaml say of the service; the same in every environment.

locals {
  service          = "orders"
  public           = false
  database_engine  = "postgres"
  database_version = "17"
  database_port    = 5432
  cache_port       = 6379
  secrets          = ["DATABASE_STANDBY_URL", "DATABASE_URL", "PAYMENTS_API_KEY", "PAYMENTS_URL", "REDIS_URL"]
}
