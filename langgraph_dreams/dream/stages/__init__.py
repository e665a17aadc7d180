"""The nodes of the dream graph, one public function each."""
