"""Every word the line says, a file a language."""
