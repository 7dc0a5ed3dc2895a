"""What keeps money safe, taken away piece by piece."""


def remove_from_this_process(name: str) -> None:
    raise LookupError(name)
