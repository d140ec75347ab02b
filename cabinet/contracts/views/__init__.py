"""Pages and windows of the contracts."""
