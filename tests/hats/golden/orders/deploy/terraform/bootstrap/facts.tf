# What the code and opsready.yaml say of the service; the same in every environment.

locals {
  service = "orders"
}
