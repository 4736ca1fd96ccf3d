"""Checks about telemetry."""
