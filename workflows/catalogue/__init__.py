"""The catalogue of regular products (常规产品), kept by the platform.

forms.py     what a step asks
file.py      import and export
lines.py     what a line of a file says
retiring.py  an item leaves, or comes back
"""
