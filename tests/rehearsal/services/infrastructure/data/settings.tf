terraform {
  backend "s3" {
    use_lockfile = true
  }
}

provider "aws" {}

variable "environment" {
  type = string
}

variable "configuration" {
  type = map(string)
}
