"""Everything that changes who may work with a contract."""
