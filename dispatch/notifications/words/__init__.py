"""The words, a file a language."""
