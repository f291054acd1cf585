"""
The command line: a command parses, opens a session, calls a use case, and shows what comes back.

`process` runs a command line and turns every way it can end into words and an exit code; `root` knows which commands there are
and loads the one that is run; `wording` puts their help, and click's own words, into the reader's language. Help texts of
commands and options are message keys, of this package's catalogue or of the plugin's own; text that is no key is shown as it is.
"""

from patron.cli.process import main, run

__all__ = ["main", "run"]
