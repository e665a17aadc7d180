"""Chats lived through real agents, with all that goes on around what is stated."""
