"""The health of dreams: their figures, why one brought nothing, and alarms."""
