"""
Training: what agreement and difference say, learned from records; beside it, what a model is worth where it is known who is who.
"""

from patron.core.matching.training.evaluating import Evaluation, evaluate
from patron.core.matching.training.learning import Trained, train
from patron.core.matching.training.writing import text_of

__all__ = ["Evaluation", "Trained", "evaluate", "text_of", "train"]
