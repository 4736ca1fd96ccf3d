# What an environment sets: `envs/<environment>.tfvars` holds the values. This file is the same in
# all three roots, because one file of values feeds them all.

variable "environment" {
  type        = string
  description = "Name of the environment, as in `envs/<environment>.tfvars`."

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,15}$", var.environment))
    error_message = "The environment is part of names in AWS: up to 16 small letters, digits and dashes."
  }
}

variable "region" {
  type        = string
  default     = null
  description = "Region; where it is null, that of AWS_REGION."
}

variable "repository" {
  type        = string
  default     = null
  description = "owner/name on GitHub: the only repository whose workflow may deploy."
}

variable "oidc_provider_exists" {
  type        = bool
  default     = false
  description = "The account knows GitHub already, as it does after the first environment in it."
}

variable "network" {
  type = object({
    cidr         = optional(string)
    zones        = optional(number, 2)
    nat_gateways = optional(number, 1)
    existing = optional(object({
      vpc_id                   = string
      private_subnet_ids       = list(string)
      load_balancer_subnet_ids = list(string)
    }))
  })
  description = "A network of its own, by its address range, or an existing one."

  validation {
    condition     = (var.network.cidr == null) != (var.network.existing == null)
    error_message = "Either network.cidr or network.existing must be set, and not both."
  }
}

variable "egress_ports" {
  type        = list(number)
  default     = [443]
  description = "Ports on which the service may call others, besides its own stores."
}

variable "existing_cluster" {
  type        = string
  default     = null
  description = "Name of an ECS cluster to run in; null makes one."
}

variable "certificate_arn" {
  type        = string
  default     = null
  description = "Certificate of the load balancer; without one it speaks plain HTTP, inside only."
}

variable "tasks_min" {
  type        = number
  description = "Tasks that always run."
}

variable "tasks_max" {
  type        = number
  description = "Tasks under the highest load."
}

variable "log_retention_days" {
  type        = number
  description = "How long logs are kept."
}

variable "configuration" {
  type        = map(string)
  description = "Variables of the service that are no secrets."
}

variable "cpu_units" {
  type        = number
  description = "CPU of one task; 1024 is one core."
}

variable "memory_mib" {
  type        = number
  description = "Memory of one task, in MiB."
}

locals {
  # What everything of this service in this environment is called.
  name = "${replace(lower(local.service), "/[^a-z0-9-]+/", "-")}-${var.environment}"
}

variable "database" {
  type = object({
    class                      = optional(string)
    storage_gib                = optional(number, 20)
    multi_az                   = optional(bool, true)
    backup_days                = optional(number, 14)
    deletion_protection        = optional(bool, true)
    existing_security_group_id = optional(string)
  })
  description = "A database of its own, by its class, or an existing one by its security group."

  validation {
    condition     = (var.database.class == null) != (var.database.existing_security_group_id == null)
    error_message = "Either database.class or database.existing_security_group_id must be set, and not both."
  }
}
