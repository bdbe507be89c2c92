"""What no validator asks of a record: is the person in it, was anything weighed, and are they asked again and again."""
