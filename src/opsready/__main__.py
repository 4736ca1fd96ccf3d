"""`python -m opsready` is the console script."""

from opsready.cli.main import main

if __name__ == "__main__":
    main()
