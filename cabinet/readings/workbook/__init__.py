"""«Работа с формой в формате Excel»: the form, what is read from it, what becomes of it."""
