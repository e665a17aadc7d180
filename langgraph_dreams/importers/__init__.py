"""Import of what was logged elsewhere."""

from langgraph_dreams.importers.logs import import_log, read_log
from langgraph_dreams.importers.recording import ImportReport, LogReading
from langgraph_dreams.importers.records import LogProblem

__all__ = ["ImportReport", "LogProblem", "LogReading", "import_log", "read_log"]
