"""The pages of the loads in Wagtail's shell."""
