# What the pipeline's environment on GitHub has to know.

output "state_bucket" {
  value       = aws_s3_bucket.state.bucket
  description = "STATE_BUCKET of the pipeline."
}

output "deploy_role_arn" {
  value       = aws_iam_role.deploy.arn
  description = "The role that the pipeline takes."
}

output "plan_role_arn" {
  value       = aws_iam_role.plan.arn
  description = "The role that builds and plans."
}

output "image_repository" {
  value       = aws_ecr_repository.image.repository_url
  description = "IMAGE_REPOSITORY of the pipeline."
}
