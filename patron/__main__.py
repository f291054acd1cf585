"""
Runs the command line as `python -m patron`.
"""

from patron.cli import main

if __name__ == "__main__":
    main()
