"""tests.search"""
