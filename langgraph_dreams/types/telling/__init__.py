"""What a report tells: the health of its dream, the morning after, and words for both."""
