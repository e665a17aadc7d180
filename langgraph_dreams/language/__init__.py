"""Words, sentences and statements of natural languages."""
