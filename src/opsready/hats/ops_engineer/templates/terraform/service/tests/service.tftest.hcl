# Tried without an 000000000000: the provider is a mock. `terraform test` in this root runs it.

mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }

  mock_data "aws_caller_identity" {
    defaults = { account_id = "000000000000" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_vpc" {
    defaults = { cidr_block = "10.0.0.0/16" }
  }

  mock_data "aws_ssm_parameter" {
    defaults = {
      insecure_value = <<-JSON
        {
          "vpc_id": "vpc-1",
          "private_subnet_ids": ["subnet-1", "subnet-2"],
          "load_balancer_subnet_ids": ["subnet-3", "subnet-4"],
          "client_security_group_id": "sg-1",
          "secret_arns": @secret_arns@,
          "paging": {
            "pager_key_arn": "arn:pager_key",
            "pager_key_field": "routing_key",
            "pages_topic_arn": "arn:pages",
            "tickets_topic_arn": "arn:tickets",
            "deadman_topic_arn": "arn:deadman"
          }
        }
      JSON
    }
  }

  mock_resource "aws_lb" {
    defaults = { arn = "arn:aws:elasticloadbalancing:xx-mock-1:000000000000:loadbalancer/app/mock/1" }
  }

  mock_resource "aws_lb_target_group" {
    defaults = { arn = "arn:aws:elasticloadbalancing:xx-mock-1:000000000000:targetgroup/mock/1" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::000000000000:role/mock" }
  }
}

variables {
@values@

  image           = "registry.example/service@sha256:0000000000000000000000000000000000000000000000000000000000000001"
  secret_versions = @secret_versions@
}

run "a_release_is_replaced_without_a_gap_and_goes_back_by_itself" {
  assert {
    condition = (
      aws_ecs_service.service.deployment_minimum_healthy_percent == 100 &&
      alltrue([for b in aws_ecs_service.service.deployment_circuit_breaker : b.enable && b.rollback])
    )
    error_message = "A release that never becomes ready would stay, or leave a gap."
  }

  assert {
    condition     = aws_lb_target_group.service.health_check[0].path == local.readiness_path
    error_message = "The load balancer does not ask whether a task is ready."
  }

  assert {
    condition     = aws_ecs_task_definition.service.skip_destroy
    error_message = "There would be no revision to go back to."
  }

  assert {
    condition = alltrue([
      for container in jsondecode(aws_ecs_task_definition.service.container_definitions) :
      container.readonlyRootFilesystem
    ])
    error_message = "A container can change its own files."
  }
}

run "what_a_task_gets_is_what_the_release_names" {
  assert {
    condition = alltrue([
      for container in jsondecode(aws_ecs_task_definition.service.container_definitions) : (
        container.image == var.image &&
        jsonencode({ for pair in container.environment : pair.name => pair.value }) == jsonencode(var.configuration) &&
        jsonencode({ for pair in container.secrets : pair.name => split(":::", pair.valueFrom)[1] }) == jsonencode(var.secret_versions)
      ) if container.name == "service"
    ])
    error_message = "Image, configuration or versions of secrets are not those of the release."
  }

  assert {
    condition = output.release == jsonencode({
      image           = var.image
      configuration   = var.configuration
      secret_versions = var.secret_versions
      cpu_units       = var.cpu_units
      memory_mib      = var.memory_mib
    })
    error_message = "The record of this release would not bring it back."
  }
}

run "an_image_that_can_change_is_refused" {
  command = plan

  variables {
    image = "registry.example/service:latest"
  }

  expect_failures = [var.image]
}
@more_runs@
