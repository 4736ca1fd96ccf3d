"""Probes try claims by running something; each leaves a proof, held, broke or not run."""
