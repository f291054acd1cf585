"""
Who may do what, and how far that reaches.
"""

from patron.core.access.actor import LOCAL_ADMINISTRATOR, Actor
from patron.core.access.policy import Action, DeniedError, Policy, Scope, core_roles

__all__ = ["LOCAL_ADMINISTRATOR", "Action", "Actor", "DeniedError", "Policy", "Scope", "core_roles"]
