"""Prometheus's own test scripts: read, run, and what came of each statement."""
