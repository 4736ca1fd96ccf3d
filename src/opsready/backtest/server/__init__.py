"""History that stays where it is: a server of Prometheus's API evaluates the expressions."""
