"""`python -m dataevolver` is `dve`."""

from dataevolver.cli import main

if __name__ == "__main__":
    main()
