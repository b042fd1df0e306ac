"""Big Model Apps: applications of large models that work on your own data, offline, in Chinese and English."""

__version__ = "0.1.0"
