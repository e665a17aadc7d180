"""Trust, injection, fencing of recalled text, and redaction of secrets."""
