# What the code and opsready.yaml say of the service; the same in every environment.

locals {
  service                = "orders"
  public                 = false
  port                   = 8000
  readiness_path         = "/readyz"
  health_timeout_s       = 5
  startup_s              = 60
  stop_timeout_s         = 30
  liveness_command       = ["CMD", "python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=5)"]
  required_secrets       = ["DATABASE_URL", "PAYMENTS_API_KEY", "PAYMENTS_URL", "REDIS_URL"]
  required_configuration = []
  metrics_path           = "/metrics"
  migration_command      = ["alembic", "upgrade", "head"]
}
