"""What is offered: the catalogue, regular offers, featured products and their parameters."""
