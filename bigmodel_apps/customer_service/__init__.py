"""Customer-service Q&A: answers from a knowledge base, with the source beside each, and "not covered" where there is none."""
