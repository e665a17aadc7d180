"""The command line `langgraph-dreams`."""
