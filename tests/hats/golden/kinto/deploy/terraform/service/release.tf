# What makes a release, and with it a rollback: the image, the configuration, the versions of the
# secrets, and the size of a task. Everything that a task is made of derives from these five, so
# bringing all five back brings the release back. The other three come from envs/, through
# settings.tf.

variable "image" {
  type        = string
  description = "Image by digest: what was built and tried is what runs."

  validation {
    condition     = can(regex("@sha256:[0-9a-f]{64}$", var.image))
    error_message = "An image without a digest can change after it was approved: name it by @sha256:…"
  }
}

variable "secret_versions" {
  type        = map(string)
  description = "The version of each secret, by its id; its value is nowhere in Terraform."

  validation {
    condition     = length(setsubtract(local.required_secrets, keys(var.secret_versions))) == 0
    error_message = "Secrets without a version: ${join(", ", setsubtract(local.required_secrets, keys(var.secret_versions)))}."
  }
}

locals {
  # What the code does not start without, and what nobody has said yet.
  missing = setsubtract(local.required_configuration, keys(var.configuration))

  release = {
    image           = var.image
    configuration   = var.configuration
    secret_versions = var.secret_versions
    cpu_units       = var.cpu_units
    memory_mib      = var.memory_mib
  }
}
