"""What the sources say, each claim with the place that says it."""
