"""Categories of services: moved, retired, restored.

moving.py    what is filed under one, moved to another
retiring.py  retiring without losing what is in it
"""
