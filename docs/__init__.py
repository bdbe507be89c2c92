"""The site: `pages/` are written by hand, `made/` makes the others, `build.py` builds it all."""
