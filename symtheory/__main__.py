"""``python -m symtheory`` is the console command ``symtheory``."""

from symtheory.cli.main import console

if __name__ == "__main__":
    console()
