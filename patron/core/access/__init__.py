"""
Who may do what, and how far that reaches.
"""

from patron.core.access.actor import LOCAL_ADMINISTRATOR, Actor, ActorKind, channel_actor, system_actor
from patron.core.access.policy import Action, DeniedError, Policy, Scope, core_roles, roles_of

__all__ = [
    "LOCAL_ADMINISTRATOR",
    "Action",
    "Actor",
    "ActorKind",
    "DeniedError",
    "Policy",
    "Scope",
    "channel_actor",
    "core_roles",
    "roles_of",
    "system_actor",
]
