variable "state_bucket" {
  type = string
}

variable "repository" {
  type = string
}
