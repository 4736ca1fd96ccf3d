# The cache; see data.tftest.hcl.

mock_provider "aws" {
  mock_data "aws_availability_zones" {
    defaults = { names = ["a", "b", "c"] }
  }
}

variables {
@values@
}

run "it_is_encrypted" {
  command = plan

  assert {
    condition     = aws_elasticache_replication_group.own[0].transit_encryption_enabled
    error_message = "What the cache holds can be read on its way."
  }
}

run "an_existing_cache_is_only_opened_to_the_service" {
  command = plan

  variables {
    cache = { existing_security_group_id = "sg-2" }
  }

  assert {
    condition     = length(aws_elasticache_replication_group.own) == 0
    error_message = "A cache was made beside the one that is there."
  }
}
