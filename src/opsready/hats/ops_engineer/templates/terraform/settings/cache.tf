
variable "cache" {
  type = object({
    class                      = optional(string)
    replicas                   = optional(number, 1)
    existing_security_group_id = optional(string)
  })
  description = "A cache of its own, by its class, or an existing one by its security group."

  validation {
    condition     = (var.cache.class == null) != (var.cache.existing_security_group_id == null)
    error_message = "Either cache.class or cache.existing_security_group_id must be set, and not both."
  }
}
