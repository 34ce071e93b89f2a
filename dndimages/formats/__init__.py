"""How dates are written for people, by language."""
