# Where everything runs: a network of its own over several zones, or an existing one.

data "aws_availability_zones" "up" {
  state = "available"
}

locals {
  own_network = var.network.existing == null ? 1 : 0
  zones       = local.own_network == 1 ? slice(data.aws_availability_zones.up.names, 0, var.network.zones) : []

  vpc_id             = local.own_network == 1 ? one(aws_vpc.own[*].id) : var.network.existing.vpc_id
  private_subnet_ids = local.own_network == 1 ? aws_subnet.private[*].id : var.network.existing.private_subnet_ids
  load_balancer_subnet_ids = (
    local.own_network == 0 ? var.network.existing.load_balancer_subnet_ids :
    local.public ? aws_subnet.public[*].id : aws_subnet.private[*].id
  )
}

resource "aws_vpc" "own" {
  count = local.own_network

  cidr_block           = var.network.cidr
  enable_dns_hostnames = true
  tags                 = { Name = local.name }
}

# The group that AWS gives to whoever names none: open to nobody.
resource "aws_default_security_group" "closed" {
  count = local.own_network

  vpc_id = aws_vpc.own[0].id
  tags   = { Name = "${local.name}-closed" }
}

resource "aws_subnet" "private" {
  count = length(local.zones)

  vpc_id            = aws_vpc.own[0].id
  availability_zone = local.zones[count.index]
  cidr_block        = cidrsubnet(var.network.cidr, 4, count.index)
  tags              = { Name = "${local.name}-private-${local.zones[count.index]}" }
}

resource "aws_subnet" "public" {
  count = length(local.zones)

  vpc_id            = aws_vpc.own[0].id
  availability_zone = local.zones[count.index]
  cidr_block        = cidrsubnet(var.network.cidr, 4, 8 + count.index)
  tags              = { Name = "${local.name}-public-${local.zones[count.index]}" }
}

resource "aws_internet_gateway" "own" {
  count = local.own_network

  vpc_id = aws_vpc.own[0].id
  tags   = { Name = local.name }
}

resource "aws_route_table" "public" {
  count = local.own_network

  vpc_id = aws_vpc.own[0].id
  tags   = { Name = "${local.name}-public" }
}

resource "aws_route" "out" {
  count = local.own_network

  route_table_id         = aws_route_table.public[0].id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.own[0].id
}

resource "aws_route_table_association" "public" {
  count = length(local.zones)

  route_table_id = aws_route_table.public[0].id
  subnet_id      = aws_subnet.public[count.index].id
}

# The way out of private subnets: one for all, or one a zone, so that no zone depends on another.
resource "aws_eip" "nat" {
  count = local.own_network * var.network.nat_gateways

  domain = "vpc"
  tags   = { Name = "${local.name}-nat-${count.index}" }
}

resource "aws_nat_gateway" "own" {
  count = local.own_network * var.network.nat_gateways

  allocation_id = aws_eip.nat[count.index].id
  subnet_id     = aws_subnet.public[count.index].id
  tags          = { Name = "${local.name}-${count.index}" }

  depends_on = [aws_internet_gateway.own]
}

resource "aws_route_table" "private" {
  count = length(local.zones)

  vpc_id = aws_vpc.own[0].id
  tags   = { Name = "${local.name}-private-${local.zones[count.index]}" }
}

resource "aws_route" "private_out" {
  count = length(local.zones)

  route_table_id         = aws_route_table.private[count.index].id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.own[count.index % var.network.nat_gateways].id
}

resource "aws_route_table_association" "private" {
  count = length(local.zones)

  route_table_id = aws_route_table.private[count.index].id
  subnet_id      = aws_subnet.private[count.index].id
}

# Whoever wears this group may reach the stores: tasks do, and nothing else is let in.
resource "aws_security_group" "clients" {
  name        = "${local.name}-clients"
  description = "May reach the stores of ${local.name}"
  vpc_id      = local.vpc_id
}
