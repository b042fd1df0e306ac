"""Sentiment: what a text thinks of its subject, on one text or on a whole table, in English and Chinese."""
