"""The act of readings (ведомость, ПРОМ10): its content, its words, its three formats, and their making."""
