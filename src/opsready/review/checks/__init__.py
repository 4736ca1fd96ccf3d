"""Checks by subject: deploy, telemetry, slos, alerts, runbooks, code."""
