"""Chats of a user with an assistant whose answers are long: an evidence set of our own."""
