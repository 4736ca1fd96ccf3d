# What the code and opsready.yaml say of the service; the same in every environment.

locals {
  service                 = "kinto"
  public                  = false
  database_engine         = "postgres"
  database_version        = "17"
  database_port           = 5432
  cache_security_group_id = null
  secrets                 = ["KINTO_CACHE_URL", "KINTO_PERMISSION_URL", "KINTO_STORAGE_URL"]
}
