"""The base form and the fields of this trade: credit code, telephone, money, categories, price."""
