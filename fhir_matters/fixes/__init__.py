"""What mends a finding for certain: made on demand, out of a finding and its resource, and proved by judging again."""
