"""The pages of the site that nobody writes: each module gives them by where they stand."""
