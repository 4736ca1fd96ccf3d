# What alerting needs to reach anybody, and what no release changes: a place for the pager's key, whose
# value is put there by hand, and a topic for each receiver that is no pager. The managed Alertmanager
# reads a secret of another service only where a key of our own encrypts it.

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

locals {
  account = data.aws_caller_identity.current.account_id

  paging = {
    pager_key_arn     = aws_secretsmanager_secret.pager_key.arn
    pager_key_field   = "routing_key"
    pages_topic_arn   = aws_sns_topic.alerts["pages"].arn
    tickets_topic_arn = aws_sns_topic.alerts["tickets"].arn
    deadman_topic_arn = aws_sns_topic.alerts["deadman"].arn
  }
}

data "aws_iam_policy_document" "paging_key" {
  statement {
    sid       = "LetTheAccountSayWhoMayUseIt"
    actions   = ["kms:*"]
    resources = ["*"] # in the policy of a key: this key

    principals {
      type        = "AWS"
      identifiers = ["arn:${data.aws_partition.current.partition}:iam::${local.account}:root"]
    }
  }

  statement {
    sid       = "ReadTheKeyAndPublish"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = ["aps.amazonaws.com", "cloudwatch.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

resource "aws_kms_key" "paging" {
  description         = "The pager's key and the alerts of ${local.name}"
  enable_key_rotation = true
  policy              = data.aws_iam_policy_document.paging_key.json
}

# Not below ${local.name}/, where tasks read: no task can page. Its value is
# {"routing_key": "..."}, from the pager's own settings.
resource "aws_secretsmanager_secret" "pager_key" {
  name        = "${local.name}-paging/routing-key"
  description = "With which alerts of ${local.name} call somebody"
  kms_key_id  = aws_kms_key.paging.arn
}

data "aws_iam_policy_document" "pager_key" {
  statement {
    sid       = "LetAlertmanagerReadIt"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = ["*"] # in the policy of a secret: this secret

    principals {
      type        = "Service"
      identifiers = ["aps.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

resource "aws_secretsmanager_secret_policy" "pager_key" {
  secret_arn          = aws_secretsmanager_secret.pager_key.arn
  policy              = data.aws_iam_policy_document.pager_key.json
  block_public_policy = true
}

# pages: what wakes somebody and does not come by the pager's key. tickets: what is read by day.
# deadman: what must keep coming. Who reads a topic subscribes to it, once, by hand.
resource "aws_sns_topic" "alerts" {
  for_each = toset(["deadman", "pages", "tickets"])

  name              = "${local.name}-${each.value}"
  kms_master_key_id = aws_kms_key.paging.arn
}

data "aws_iam_policy_document" "alerts" {
  for_each = aws_sns_topic.alerts

  statement {
    sid       = "LetAlertingPublish"
    actions   = ["sns:GetTopicAttributes", "sns:Publish"]
    resources = [each.value.arn]

    principals {
      type        = "Service"
      identifiers = ["aps.amazonaws.com", "cloudwatch.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

resource "aws_sns_topic_policy" "alerts" {
  for_each = aws_sns_topic.alerts

  arn    = each.value.arn
  policy = data.aws_iam_policy_document.alerts[each.key].json
}

# Outside of what it watches: where nothing came for a quarter of an hour, collector, rules or routing
# are broken, and no other alert arrives either.
resource "aws_cloudwatch_metric_alarm" "deadman" {
  alarm_name          = "${local.name}-deadman"
  alarm_description   = "No alert of ${local.name} would arrive: its dead man's switch has stopped coming."
  namespace           = "AWS/SNS"
  metric_name         = "NumberOfMessagesPublished"
  dimensions          = { TopicName = aws_sns_topic.alerts["deadman"].name }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 3
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.alerts["pages"].arn]
  ok_actions          = [aws_sns_topic.alerts["pages"].arn]
}
