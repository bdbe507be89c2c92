"""Where definitions come from: R4 core and our own package out of one file, other packages from disk."""
