"""
The plugin host: finds plugins by their manifests, orders and checks them, calls their hooks, and names the culprit.

Start-up reads manifests only, from a cache where it can; a plugin's module is imported when one of its hooks is first called.
What is wrong with a plugin is kept beside it, so that `patron --help` and `patron plugins` always work; a job that begins with a
refused plugin among those switched on ends with that plugin's problem.
"""

from patron.core.host.calls import HookCall, Trace, blame, failure
from patron.core.host.host import Host, Owned
from patron.core.host.manifest import Manifest
from patron.core.host.plugin import Plugin

__all__ = ["HookCall", "Host", "Manifest", "Owned", "Plugin", "Trace", "blame", "failure"]
