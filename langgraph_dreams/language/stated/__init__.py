"""What somebody states about themselves that lasts, by the form of the sentence alone."""
