"""Image diagnosis: an answer, "not sure", or "not the kind of image I know"."""
