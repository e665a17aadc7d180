"""English words that name nothing by themselves, though some are no function words.

Two texts that share one of them need not have anything to do with each other, however rare it is
among a few turns. The list is that of the SMART system (Salton and Buckley, Cornell), without
abbreviations and what is a function word here anyway (see stop_words.py).
"""

from functools import cache

from langgraph_dreams.language.english.words.tokens import stem

_WORDS = """
able according accordingly across actually afterwards allow allows alone along already amongst
anybody anyhow anyway anyways anywhere apart appear appreciate appropriate aside ask asking
associated available awfully becomes becoming beforehand behind believe beside besides best better
beyond brief cause causes certain certainly changes clearly comes concerning consequently
consider considering contain containing contains corresponding course currently definitely
described despite different downwards eight elsewhere entirely especially everybody everywhere
exactly example except far fifth first five followed following follows former formerly forth four
furthermore given gives gotten greetings happens hardly help hence hereafter hereby herein
hereupon hither hopefully howbeit ignored immediate inasmuch indicate indicated indicates inner
insofar inward keeps kept know knows known last lately later latter latterly least less lest liked
likely little look looking looks mainly mean meanwhile merely moreover mostly name namely near
nearly necessary need needs nevertheless new next nine non normally novel nowhere obviously
old ones ought outside overall particular particularly placed plus possible presumably probably
provides reasonably regarding regardless regards relatively respectively right saw saying second
secondly seeing seemed seeming seen self selves sensible sent serious seriously seven several six
somebody somehow sometime sometimes somewhat somewhere soon sorry specified specify specifying sub
sup sure taken tell tends thank thanks thanx thence thereafter thereby therein theres thereupon
think third thorough thoroughly three throughout thru took tried tries truly try trying twice two
un unfortunately unlikely unto use used useful uses using usually value various via viz vs want
wants way welcome went whence whenever whereafter whereas whereby wherein whereupon wherever whither
whoever whole willing wish wonder zero
"""


@cache
def common_stems() -> frozenset[str]:
    """Those words as the index keeps them."""
    return frozenset(map(stem, _WORDS.split()))
