"""The store and its namespaces, as users have them in hand."""
