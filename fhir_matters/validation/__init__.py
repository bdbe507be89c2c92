"""Profiles compiled to plans, plans to one walk, the walk to issues. Knows no file, no server and no command."""
