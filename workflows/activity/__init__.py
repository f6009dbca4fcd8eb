"""Public-benefit activities, filed or mailed, and their points."""
