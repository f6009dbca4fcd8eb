"""The park's register of enterprises: import from a file, and look-ups.

register.py  import again and again, look-ups by credit code
file.py      the columns of the file, and what its cells say
commands.py  flask park import
"""
