"""What a namespace holds, in forms that other tools read; all of it; data to train a model on."""

from langgraph_dreams.exporters.export import ExportReport, export_namespace
from langgraph_dreams.exporters.restore import RestoreReport, restore_namespace
from langgraph_dreams.exporters.training import TrainingExport, export_training

__all__ = [
    "ExportReport",
    "RestoreReport",
    "TrainingExport",
    "export_namespace",
    "export_training",
    "restore_namespace",
]
