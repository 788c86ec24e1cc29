"""dve: declarative, self-evolving preparation of LLM training data."""

__version__ = "0.1.0"
__all__ = ["__version__"]
