"""What the facts suggest for each section of the spec."""
