"""tests.worker"""
