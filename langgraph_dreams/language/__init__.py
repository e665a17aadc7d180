"""Words, sentences and statements of natural languages.

`protocol` is all that the library asks of a language, `resolve` finds one by its code, `english` is
the default, `plain` serves any other.
"""
