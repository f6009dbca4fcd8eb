"""Demo data: a park with a dozen institutions and demands in every state, the same each time.

whole.py     the order in which it comes about
park.py      who is who, and moments counted back from now
commands.py  flask demo load, flask demo accounts

The Chinese texts are data, in data/demo/. Everything that happens goes through the workflows, at
moments counted back from now, so the demo has the history that real use would have left.
"""

from demo.park import PASSWORD
from demo.whole import raise_park

__all__ = ["PASSWORD", "raise_park"]
