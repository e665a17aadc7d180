"""English function words that say nothing about a text's subject, as the index's tokenizer cuts."""

_WORDS = """
a about above after again against all almost also although always am among an and any anyone
anything are around as at away back be became because become been before being below between both
but by came can cannot come could d did do does doing don done down during each either else enough
etc even ever every everyone everything few for from further get gets getting give go goes going
gone got had has have having he her here hers herself him himself his how however i if in indeed
instead into is isn it its itself just keep let like ll m made make many may maybe me might mine
more most much must my myself neither never no nobody none nor not nothing now o of off often oh ok
okay on once one only onto or other others otherwise our ours ourselves out over own per perhaps
please quite rather re really s said same say says see seem seems shall she should since so some
someone something still such t take than that the their theirs them themselves then there therefore
these they thing things this those though through thus to together too toward towards under unless
until up upon us ve very was wasn we well were what whatever when where whether which while who
whom whose why will with within without won would y yeah yes yet you your yours yourself yourselves
ain aren couldn didn doesn hadn hasn haven hey hi hello ma mightn mustn needn shan shouldn weren
wouldn gonna gotta wanna im ive id youre dont didnt thats
"""

STOP_WORDS = frozenset(_WORDS.split())
"""Lower case, without diacritics; contractions appear as the fragments they are cut into."""
