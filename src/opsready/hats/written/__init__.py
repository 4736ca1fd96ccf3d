"""What the hats wrote into a tree: kept apart from what a person made of it."""
