# Which Terraform and which provider this root is for, and where its state is kept: bucket, key and
# region come from `-backend-config`, so that no environment stands in this file.

terraform {
  required_version = ">= 1.11"

  backend "s3" {
    encrypt      = true
    use_lockfile = true
  }

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = {
      service     = local.service
      environment = var.environment
      managed_by  = "terraform"
    }
  }
}
