"""What a namespace has learned, in forms that other tools read; data to train a model on."""

from langgraph_dreams.exporters.training import TrainingExport, export_training

__all__ = ["TrainingExport", "export_training"]
