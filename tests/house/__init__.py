"""tests.house"""
