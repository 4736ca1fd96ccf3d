"""How the service is watched and repaired: the hat of the SRE."""
