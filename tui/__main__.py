"""`python -m tui` is `ruhu`."""

from tui.commands.main import main

if __name__ == "__main__":
    main()
