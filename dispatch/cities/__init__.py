"""The cities that come with the project, and the drawing of those that are invented."""
