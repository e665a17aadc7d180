"""Commands that write files for others: exports, restores, the nightly routine."""
