# What only this root asks for.

variable "state_bucket" {
  type        = string
  description = "Bucket that holds the state of all three roots; made before the first init."
}
