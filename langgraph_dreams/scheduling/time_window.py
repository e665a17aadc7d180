"""The hours of the day in which dreams may begin."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from langgraph_dreams._text import shown
from langgraph_dreams.errors import InvalidInputError


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """From `begin` to before `end`, on the clocks of `zone`; may go past midnight.

    Raises InvalidInputError: the two are equal, or carry a zone of their own.
    """

    begin: time
    end: time
    zone: tzinfo

    def __post_init__(self) -> None:
        times = isinstance(self.begin, time) and isinstance(self.end, time)
        if not times or not isinstance(self.zone, tzinfo):
            raise InvalidInputError(
                f"dreams cannot begin from {shown(self.begin)} to {shown(self.end)} of the zone "
                f"{shown(self.zone)}: give two times of day, and a zone such as ZoneInfo('UTC')"
            )
        if self.begin == self.end or self.begin.tzinfo or self.end.tzinfo:
            raise InvalidInputError(
                f"dreams cannot begin from {self.begin} to {self.end} only: give two different "
                "times without a zone, and the zone apart"
            )

    def include(self, moment: datetime) -> bool:
        """True if an aware point in time lies in them."""
        clock = moment.astimezone(self.zone).time()
        if self.begin < self.end:
            return self.begin <= clock < self.end
        return clock >= self.begin or clock < self.end

    def seconds_until(self, moment: datetime) -> float:
        """Seconds from an aware point in time until they next begin; 0 within them."""
        if self.include(moment):
            return 0.0
        here = moment.astimezone(self.zone)
        opening = datetime.combine(here.date(), self.begin, self.zone)
        if opening.timestamp() <= moment.timestamp():
            opening = datetime.combine(here.date() + timedelta(days=1), self.begin, self.zone)
        return opening.timestamp() - moment.timestamp()


def time_window(between: tuple[time, time] | None, zone: tzinfo | None) -> TimeWindow | None:
    """The hours that an idle dreamer was given; None is all day. Raises InvalidInputError."""
    if (between is None) != (zone is None):
        raise InvalidInputError(
            f"only_between is {shown(between)} and zone is {shown(zone)}: give both, e.g. "
            "(time(1), time(6)) and ZoneInfo('Europe/Vienna'), or neither"
        )
    if between is None or zone is None:
        return None
    if not isinstance(between, tuple | list) or len(between) != 2:
        raise InvalidInputError(f"only_between is {shown(between)}; give two times of day")
    return TimeWindow(between[0], between[1], zone)
