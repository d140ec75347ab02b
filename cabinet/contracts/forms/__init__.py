"""The forms of the contracts' windows."""
