"""What a change makes easier to meet: a gate that is lowered in the commit that it judges."""
