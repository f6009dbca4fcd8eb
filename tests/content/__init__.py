"""tests.content"""
