"""
Matching: which records are of one person, told by one model that can be read, for whoever asks.
"""

from patron.core.matching.model import Model, read_model
from patron.core.matching.person import Person

__all__ = ["Model", "Person", "read_model"]
