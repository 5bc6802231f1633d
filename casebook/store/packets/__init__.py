"""Packets (交换包): facts on their way from one machine to another."""
