"""What is said to the assistant on the days of three weeks, and what it is asked."""

from datetime import UTC, datetime

FLIGHT = "When does my flight to Bergen leave?"
SAFE = "What is the code of the safe?"
MOVERS = "What must the movers be careful about?"
"""Its answer takes the movers of 23 September, and the tuner's warning of 7 September."""

DAYS: dict[datetime, tuple[str, ...]] = {
    datetime(2026, 9, 7, 8, tzinfo=UTC): (
        "My flight to Bergen leaves at 8:15.",
        "The tuner warned me that the Bechstein grand must never stand beside a radiator.",
        "My dentist is Dr. Aalto in Harbour Street.",
    ),
    datetime(2026, 9, 9, 8, tzinfo=UTC): (
        "My sister Ottilie is allergic to walnuts.",
        "I joined a choir that rehearses on Tuesdays.",
        "The code of the safe is 4471.",
    ),
    datetime(2026, 9, 14, 8, tzinfo=UTC): (
        "My flight to Bergen leaves at 10:40 now.",
        "The lift in the new house takes four persons.",
        "The choir sings an oratorio by Haydn in December.",
    ),
    datetime(2026, 9, 16, 8, tzinfo=UTC): (
        "My bicycle got a new chain and two new tyres.",
        FLIGHT,
        "The lease of the new flat begins on the first of October.",
    ),
    datetime(2026, 9, 21, 8, tzinfo=UTC): (
        "My sister Ottilie is allergic to walnuts.",
        "The code of the safe is 9023.",
        "The neighbours have a puppy that barks at night.",
    ),
    datetime(2026, 9, 23, 8, tzinfo=UTC): (
        "On Friday three movers bring the Bechstein grand to the new flat.",
    ),
}
