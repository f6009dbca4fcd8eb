"""The demo park: a dozen institutions, enterprises, demands in every state; the same at every run.

The Chinese texts are data, in data/demo/. Everything that happens goes through the workflows, at
moments counted back from now, so the demo has the history that real use would have left.
"""

from demo.park import PASSWORD
from demo.whole import raise_park

__all__ = ["PASSWORD", "raise_park"]
