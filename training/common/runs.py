"""Folders that trainings read and write, alike for all of them."""


def goes_on(last, resume):
    """Whether a run goes on from `last`. Ends the program where another run is there that nobody asked to go on with."""
    if last.exists() and not resume:
        raise SystemExit(f"{last} is there already: --resume goes on with it, another --out begins anew")
    return last.exists()


def dataset(folder, file, command):
    """Ends the program where `folder` is no dataset: `file` is in each that `command` writes."""
    if not (folder / file).exists():
        raise SystemExit(f"{folder} is no dataset, it has no {file}: `{command}` writes one")
