# The cache, or the door of an existing one.

locals {
  own_cache               = var.cache.existing_security_group_id == null ? 1 : 0
  cache_security_group_id = local.own_cache == 1 ? one(aws_security_group.cache[*].id) : var.cache.existing_security_group_id
}

resource "aws_elasticache_subnet_group" "own" {
  count = local.own_cache

  name       = local.name
  subnet_ids = local.private_subnet_ids
}

resource "aws_security_group" "cache" {
  count = local.own_cache

  name        = "${local.name}-cache"
  description = "The cache of ${local.name}"
  vpc_id      = local.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "cache" {
  security_group_id            = local.cache_security_group_id
  referenced_security_group_id = aws_security_group.clients.id
  ip_protocol                  = "tcp"
  from_port                    = local.cache_port
  to_port                      = local.cache_port
  description                  = "from tasks of the service"
}

resource "aws_vpc_security_group_egress_rule" "cache" {
  security_group_id            = aws_security_group.clients.id
  referenced_security_group_id = local.cache_security_group_id
  ip_protocol                  = "tcp"
  from_port                    = local.cache_port
  to_port                      = local.cache_port
  description                  = "to the cache"
}

resource "aws_elasticache_replication_group" "own" {
  count = local.own_cache

  replication_group_id = local.name
  description          = "The cache of ${local.name}"
  engine               = "redis"
  engine_version       = "7.1"
  node_type            = var.cache.class
  port                 = local.cache_port

  # With a replica in another zone the cache fails over by itself.
  num_cache_clusters         = 1 + var.cache.replicas
  automatic_failover_enabled = var.cache.replicas > 0
  multi_az_enabled           = var.cache.replicas > 0

  subnet_group_name          = aws_elasticache_subnet_group.own[0].name
  security_group_ids         = [aws_security_group.cache[0].id]
  at_rest_encryption_enabled = true
  transit_encryption_enabled = true
  snapshot_retention_limit   = 1
  apply_immediately          = false
}
