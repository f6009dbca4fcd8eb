"""The lives of things: engine.py carries transitions out, and each process is a readable table."""

from workflows import association, certification, demands, engine

__all__ = ["association", "certification", "demands", "engine"]
