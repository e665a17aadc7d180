"""Export of what was dreamt: data to train a model on."""

from langgraph_dreams.exporters.training import TrainingExport, export_training

__all__ = ["TrainingExport", "export_training"]
