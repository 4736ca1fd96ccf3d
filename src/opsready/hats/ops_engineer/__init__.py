"""The Ops Engineer: how the service is built, deployed and rolled back."""
