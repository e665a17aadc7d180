"""Links: shared concepts, the judge, usefulness, strengthening and decay."""
