"""The dream graph: its stages, and everything that changes what dreams have made."""
