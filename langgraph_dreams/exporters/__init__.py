"""What a namespace has learned, in forms that other tools read."""
