"""Many namespaces in one process, and many processes on one server."""
