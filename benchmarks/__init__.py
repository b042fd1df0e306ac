"""Side-by-side measurements. Each module is one command: ``python -m bigmodel_apps bench NAME``."""
