"""Everything that a load goes through: received, judged, applied, taken back."""
