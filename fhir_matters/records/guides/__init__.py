"""What the guides of others ask: which of their profiles an instance truly meets."""
