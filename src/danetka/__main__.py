"""`python -m danetka`."""

from danetka.cli.app import main

main()
