"""What is worth noting of an exchange, found by rules: sentences, dates, facts, bonds."""
