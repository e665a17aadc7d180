"""Import of what was logged elsewhere."""

from langgraph_dreams.importers.formats import LogProblem
from langgraph_dreams.importers.logs import ImportReport, LogReading, import_log, read_log

__all__ = ["ImportReport", "LogProblem", "LogReading", "import_log", "read_log"]
