"""Text tools that several domains share: documents, sentences, words, languages, search and encoders."""
