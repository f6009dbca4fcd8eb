"""Demands: what an enterprise asks of an institution."""
