"""The parts of the page, one panel a file."""
