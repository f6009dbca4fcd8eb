"""tests.outbox"""
