"""Categories of services and their parameters.

views.py          the two levels
schema_editor.py  the editor of parameters
retirement.py     retired, and brought back
"""
