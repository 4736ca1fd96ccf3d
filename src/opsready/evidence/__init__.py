"""Stored proofs, bound to the digests of the files they depended on."""
