"""Confirmations: the answer of the enterprise to a filed transaction."""
