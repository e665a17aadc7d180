"""English words: stop words, words by what they do in a sentence, stems, tokens, dates."""
