"""tests.park"""
