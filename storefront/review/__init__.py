"""Reviews: public ones, and the own."""
