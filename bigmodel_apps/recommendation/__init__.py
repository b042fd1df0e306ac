"""Recommendation: what somebody may want next, and because of which of their earlier choices."""
