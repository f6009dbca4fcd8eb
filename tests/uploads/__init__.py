"""tests.uploads"""
