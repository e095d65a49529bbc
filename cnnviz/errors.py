"""The one exception for what the person at the page can put right."""


class BadInput(ValueError):
    """Input that the user chose and can replace.

    Its message is shown as it is, so it says what must hold, what came and what to do. Every other
    exception is a bug and is left to be seen.
    """
