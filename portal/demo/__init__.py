"""The demo cast and its data; tests make their rows with the same builders."""
