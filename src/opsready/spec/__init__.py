"""What the service needs; every value stated, derived, observed or assumed."""
