"""
Resolving: whom identities and names mean, decided in one place for the intake, for imports, and as a scan would decide it.
"""

from patron.core.resolving.known import bearers
from patron.core.resolving.one import who_is
from patron.core.resolving.resolver import Resolver, Someone
from patron.core.resolving.told import Told
from patron.core.resolving.undecided import UndecidedError, named_in
from patron.core.resolving.unknown import UnknownError, require_known

__all__ = ["Resolver", "Someone", "Told", "UndecidedError", "UnknownError", "bearers", "named_in", "require_known", "who_is"]
