# Somebody must scrape: a collector in each task asks the service beside it, and writes to a
# workspace that outlives tasks. Every series carries the id of its task, so that two tasks never
# count as one. Rules and routing come from monitoring/, where there are any.

resource "aws_prometheus_workspace" "service" {
  alias = local.name
}

locals {
  # By tag: nobody can know its digest offline. Pin it where your registry mirrors it.
  collector_image = "public.ecr.aws/aws-observability/aws-otel-collector:v0.43.3"

  collector = {
    extensions = {
      sigv4auth = { region = data.aws_region.current.name, service = "aps" }
    }
    receivers = {
      prometheus = {
        config = {
          scrape_configs = [{
            job_name        = local.service
            scrape_interval = "30s"
            metrics_path    = local.metrics_path
            static_configs  = [{ targets = ["127.0.0.1:${local.port}"] }]
          }]
        }
      }
    }
    processors = {
      memory_limiter = { check_interval = "5s", limit_mib = 80 }
      batch          = {}
      # The task's id becomes the label aws_ecs_task_id; what is the same for all is left out.
      resourcedetection = {
        detectors = ["ecs"]
        ecs = {
          resource_attributes = {
            for name, enabled in {
              "aws.ecs.cluster.arn"     = false
              "aws.ecs.launchtype"      = false
              "aws.ecs.task.arn"        = false
              "aws.ecs.task.family"     = false
              "aws.ecs.task.id"         = true
              "aws.ecs.task.revision"   = false
              "aws.log.group.arns"      = false
              "aws.log.group.names"     = false
              "aws.log.stream.arns"     = false
              "aws.log.stream.names"    = false
              "cloud.account.id"        = false
              "cloud.availability_zone" = false
              "cloud.platform"          = false
              "cloud.provider"          = false
              "cloud.region"            = false
            } : name => { enabled = enabled }
          }
        }
      }
    }
    exporters = {
      prometheusremotewrite = {
        endpoint                         = "${aws_prometheus_workspace.service.prometheus_endpoint}api/v1/remote_write"
        auth                             = { authenticator = "sigv4auth" }
        resource_to_telemetry_conversion = { enabled = true }
      }
    }
    service = {
      extensions = ["sigv4auth"]
      pipelines = {
        metrics = {
          receivers  = ["prometheus"]
          processors = ["memory_limiter", "resourcedetection", "batch"]
          exporters  = ["prometheusremotewrite"]
        }
      }
    }
  }

  # Not essential: users are served while nobody counts them.
  collectors = [{
    name                   = "collector"
    image                  = local.collector_image
    essential              = false
    readonlyRootFilesystem = true
    memory                 = 128
    environment            = [{ name = "AOT_CONFIG_CONTENT", value = yamlencode(local.collector) }]
    logConfiguration       = local.logs["collector"]
  }]

  monitoring = "${path.module}/../../../monitoring"
}

data "aws_iam_policy_document" "metrics" {
  statement {
    sid       = "WriteMetrics"
    actions   = ["aps:RemoteWrite"]
    resources = [aws_prometheus_workspace.service.arn]
  }
}

resource "aws_iam_role_policy" "metrics" {
  name   = "metrics"
  role   = aws_iam_role.task.id
  policy = data.aws_iam_policy_document.metrics.json
}

resource "aws_prometheus_rule_group_namespace" "rules" {
  for_each = fileset("${local.monitoring}/prometheus", "*.rules.yml")

  workspace_id = aws_prometheus_workspace.service.id
  name         = trimsuffix(each.value, ".rules.yml")
  data         = file("${local.monitoring}/prometheus/${each.value}")
}

# The rendering for this Alertmanager: the key's secret and the topics are those of the data root, which
# lets it read and publish.
resource "aws_prometheus_alert_manager_definition" "routing" {
  for_each = fileset("${local.monitoring}/alertmanager", "amp.yml")

  workspace_id = aws_prometheus_workspace.service.id
  definition = templatefile(
    "${local.monitoring}/alertmanager/${each.value}",
    merge(local.data.paging, { region = data.aws_region.current.name }),
  )
}
