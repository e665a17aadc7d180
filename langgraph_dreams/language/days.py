"""Relative dates by the day of whoever said them, which need not be the day in UTC."""

from datetime import datetime, timedelta

from langgraph_dreams.language.protocol import Language
from langgraph_dreams.types.zones import EARLIEST, LATEST, local_time


def dated(language: Language, text: str, said: datetime, zone: str) -> str:
    """The text with its relative dates made absolute, as of the speaker's day.

    Where the zone is not known, "tomorrow" may be any of three days: the text stays as it is unless
    its dates are the same on every clock of the world, as those of most years and months are.
    """
    here = local_time(said, zone)
    if here is not None:
        return language.absolute_dates(text, here)
    try:
        clocks = [said + offset for offset in (EARLIEST, timedelta(0), LATEST)]
    except OverflowError:
        return text
    read = {language.absolute_dates(text, clock) for clock in clocks}
    return read.pop() if len(read) == 1 else text
