# The migration is no resource: it has to run before the shift, and once a release. What is here is
# its description, which the pipeline registers and runs as a task of its own with the new image.
# Its exit code decides; the release before still runs meanwhile, on the new schema.

locals {
  migration = jsonencode({
    family                  = "${local.name}-migration"
    requiresCompatibilities = ["FARGATE"]
    networkMode             = "awsvpc"
    cpu                     = tostring(var.cpu_units)
    memory                  = tostring(var.memory_mib)
    executionRoleArn        = aws_iam_role.execution.arn
    taskRoleArn             = aws_iam_role.task.arn
    volumes                 = [{ name = "scratch" }]
    containerDefinitions = [
      {
        name                   = "migration"
        image                  = var.image
        essential              = true
        user                   = "10001:10001"
        readonlyRootFilesystem = true
        linuxParameters        = { capabilities = { drop = ["ALL"] } }
        entryPoint             = slice(local.migration_command, 0, 1)
        command                = slice(local.migration_command, 1, length(local.migration_command))
        environment            = local.environment
        secrets                = local.secrets
        mountPoints            = local.mounts
        dependsOn              = [{ containerName = "scratch", condition = "SUCCESS" }]
        logConfiguration       = local.logs["migration"]
      },
      local.scratch,
    ]
  })
}
