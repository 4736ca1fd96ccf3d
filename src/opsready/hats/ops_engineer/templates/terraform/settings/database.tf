
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
