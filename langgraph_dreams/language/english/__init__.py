"""English by rules over word lists: the default language.

`language.py` puts all of it behind the protocol. Below it, each built on those before:

- `words`: stop words, a lexicon (words by what they do in a sentence), stemming, tokens, and the
  rules for phrases of time
- parts of a statement: `clauses`, `sentences`
- two statements: `differences`, `places`, `retold` (the same words with another value),
  `contradiction` (the newer ends the older), `replacement` (a claim that it does, examined),
  `equivalence` (both say the same), `distinctions` and `updates` (the newer probably brings the
  older up to date)
- `dates`
"""
