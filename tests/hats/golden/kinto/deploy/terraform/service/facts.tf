# What the code and opsready.yaml say of the service; the same in every environment.

locals {
  service                = "kinto"
  public                 = false
  port                   = 8888
  readiness_path         = "/v1/__heartbeat__"
  health_timeout_s       = 5
  startup_s              = 60
  stop_timeout_s         = 30
  liveness_command       = ["CMD", "python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8888/v1/__lbheartbeat__', timeout=5)"]
  required_secrets       = ["KINTO_CACHE_URL", "KINTO_PERMISSION_URL", "KINTO_STORAGE_URL"]
  required_configuration = []
  metrics_path           = "/v1/__metrics__"
  migration_command      = ["kinto", "migrate"]
}
