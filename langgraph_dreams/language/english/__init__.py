"""English by rules over word lists: the default language.

`language.py` puts all of it behind the protocol. Below it, each built on those before:

- `words`: stop words, a lexicon (words by what they do in a sentence), stemming, tokens
- parts of a statement: `clauses`, `sentences`
- two statements: `differences`, `places`, `contradiction` (the newer ends the older),
  `replacement` (a claim that it does, examined), `equivalence` (both say the same), `distinctions`
  and `updates` (the newer probably brings the older up to date)
- dates: `date_rules`, `dates`
"""
