"""What Python code says, read on its syntax trees."""
