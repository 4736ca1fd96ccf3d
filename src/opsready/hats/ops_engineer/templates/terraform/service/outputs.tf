# What the pipeline reads; `release` is what brings this very release back.

output "url" {
  value       = "${local.encrypted ? "https" : "http"}://${aws_lb.service.dns_name}"
  description = "Where the load balancer listens."
}

output "readiness_path" {
  value       = one(aws_lb_target_group.service.health_check).path
  description = "The path that says whether the service is ready."
}

output "cluster" {
  value       = local.cluster
  description = "The ECS cluster."
}

output "service" {
  value       = aws_ecs_service.service.name
  description = "The ECS service."
}

output "task_definition_arn" {
  value       = aws_ecs_task_definition.service.arn
  description = "What the live tasks are made of."
}

output "load_balancer" {
  value       = aws_lb.service.arn_suffix
  description = "The load balancer, as its metrics name it."
}

output "target_group" {
  value       = aws_lb_target_group.service.arn_suffix
  description = "The target group, as its metrics name it."
}

output "migration" {
  value       = local.migration
  description = "The migration, for `aws ecs register-task-definition`; empty where there is none."
}

output "network" {
  value = jsonencode({
    awsvpcConfiguration = {
      subnets        = local.data.private_subnet_ids
      securityGroups = [aws_security_group.service.id, local.data.client_security_group_id]
      assignPublicIp = "DISABLED"
    }
  })
  description = "Where the migration runs, for `aws ecs run-task`."
}

output "release" {
  value       = jsonencode(local.release)
  description = "The variables by which this release can be brought back."

  # It is the service's release only once the service has it.
  depends_on = [aws_ecs_service.service]
}
