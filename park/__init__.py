"""The park's register of enterprises: import from a file, and look-ups.

register.py  importing again and again, looking up by credit code
file.py      the columns of the file, and what its cells say
commands.py  flask park import
"""
