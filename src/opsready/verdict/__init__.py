"""What may be said: criteria judged from findings and proofs, never from hope."""
