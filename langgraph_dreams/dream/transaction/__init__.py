"""Operations applied, undone and traced, under the lease of a namespace."""
